-- The revision that a file's rows were stored under: a row with a later one was changed on the page since.
alter table uploads add column taken_revision bigint;
