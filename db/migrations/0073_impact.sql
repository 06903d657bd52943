-- What others measured: metal in appliances, yields of treatment, avoided emissions. Each with its source and how sure it is; nothing is averaged here.
create table impact_factors (
  position integer primary key,
  topic text not null,
  item text not null,
  substance text not null,
  value numeric not null,
  unit text not null,
  source text not null check (source <> ''),
  confidence text not null,
  constraint impact_factor_once unique (topic, item, substance, value)
);
