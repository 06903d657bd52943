-- The national list of products (order 689) is entered by one person and published by another, as a tariff is.
-- A proposal is a set of rows; what they replace is decided when they are published: the older range of a prefix ends where the new one begins.
create table product_group_proposals (
  product_group_proposal_id uuid primary key default uuidv7(),
  state text not null default 'Proposed' check (state in ('Proposed', 'Published', 'Withdrawn')),
  proposed_by uuid not null, proposed_at timestamptz not null default app.now(),
  decided_by uuid, decided_at timestamptz,
  constraint product_group_proposals_two_people check (state <> 'Published' or (decided_by is not null and decided_by <> proposed_by))
);
create index product_group_proposals_open on product_group_proposals (proposed_at) where state = 'Proposed';

create table product_group_proposal_rows (
  product_group_proposal_id uuid not null references product_group_proposals,
  row_no int not null,
  group_code text not null check (group_code ~ '^[A-Za-z0-9.-]{1,20}$'),
  name_kk text not null, name_ru text not null, name_en text not null,
  act text not null,
  hs_prefix text not null check (hs_prefix ~ '^([0-9]{2}){2,5}$'),
  valid daterange not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  primary key (product_group_proposal_id, row_no),
  constraint product_group_proposal_rows_no_overlap exclude using gist (product_group_proposal_id with =, hs_prefix with =, valid with &&)
);
