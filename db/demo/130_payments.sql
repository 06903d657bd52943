-- Invented requisites, so that invoices can be looked at; never over what two people have decided.
update app.settings s
   set value = v.value
  from (values
    ('payments.beneficiary', 'ТОО «Демо-оператор Жасыл Өріс» (үлгі · образец)'),
    ('payments.beneficiary_bin', '221340589993'),
    ('payments.iik', 'KZ00 0000 DEMO 0000 0001'),
    ('payments.bik', 'DEMOKZKA'),
    ('payments.bank', 'АО «Демо Банк» (үлгі · образец)'),
    ('payments.kbe', '16'),
    ('payments.knp', '000'),
    ('payments.contract', 'Демо-шарт № 1 · Демо-договор № 1'),
    ('payments.invoice_days', '15'),
    ('payments.card_max', '5000000'),
    ('payments.reminders', '-3, 1, 10, 30')) as v(key, value)
 where s.key = v.key and s.value is null and s.changed_by is null;
