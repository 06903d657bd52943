-- The demonstration pays collectors by an illustrative tariff, unless two people have decided otherwise. It is ours and is not law.
update app.settings set value = '3' where key = 'collectors.mci_per_tonne' and value is null and changed_by is null;
