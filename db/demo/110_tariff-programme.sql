-- Demo prices with the illustrative tariff, unless two people have decided otherwise.
update app.settings set value = 'Illustrative' where key = 'tariff.programme' and changed_by is null;
