-- What a lot comes to, by what was weighed: the recycler pays, or is paid from the fund for the grams that qualify; deposits are held and given back.

insert into ledger.purposes (purpose, sort, description) values
  ('market_receivable', 'derived', 'what a recycler owes for lots (a debt is a negative balance)'),
  ('market_payable', 'derived', 'what the fund owes a recycler for lots'),
  ('market_accrued', 'derived', 'owed for lots and not received yet'),
  ('market_received', 'derived', 'received for lots, and deposits that were kept'),
  ('market_cost', 'derived', 'what the treatment of lots costs the fund (negative) until it is paid from what was received'),
  ('market_money', 'derived', 'money of the marketplace by the documents that were entered'),
  ('market_deposit', 'guarded', 'one bidder''s deposit for one lot');
insert into ledger.kinds (kind, description) values
  ('market_sale', 'a lot was settled and its recycler owes'),
  ('market_treatment', 'a lot was settled and the fund owes its recycler'),
  ('market_sale_paid', 'a recycler paid for a lot'),
  ('market_sale_received', 'what was accrued for a lot is received'),
  ('market_treatment_paid', 'a recycler was paid for a lot'),
  ('market_fund_used', 'what the fund had received paid for the treatment of a lot'),
  ('market_deposit_held', 'a deposit came'),
  ('market_deposit_returned', 'a deposit went back'),
  ('market_deposit_kept', 'a deposit was kept because the winner defaulted');

create sequence market_settlement_numbers;
create table market_settlements (
  settlement_id uuid primary key default uuidv7(),
  number text not null constraint market_settlement_number_once unique check (number ~ '^M-[0-9]{4}-[0-9]{4,}$'),
  award_id uuid not null references market_awards,
  market_lot_id uuid not null references market_lots,
  organisation_id uuid not null references organisations,
  consignment_id uuid not null references consignments,
  declared_grams bigint not null,
  weighed_grams bigint not null check (weighed_grams > 0),
  qualifying_grams bigint not null check (qualifying_grams between 0 and weighed_grams), -- what the fund pays for: of its own grams
  tiyn_per_tonne bigint not null,
  tiyn bigint not null, -- positive: the recycler pays; negative: is paid
  settled_by uuid not null references people,
  settled_at timestamptz not null default app.now(),
  paid_document text,
  paid_on date,
  paid_by uuid references people,
  paid_at timestamptz,
  reversed_at timestamptz,
  reversed_by uuid references people,
  reverse_reason text,
  constraint market_settlement_is_mass_by_price check (tiyn = round(case when tiyn_per_tonne < 0 then qualifying_grams else weighed_grams end::numeric * tiyn_per_tonne / 1000000)),
  constraint market_settlement_two_people check ((paid_by is null or paid_by <> settled_by) and (reversed_by is null or reversed_by <> settled_by)),
  constraint market_settlement_paid_by_a_document check ((paid_at is null) = (paid_document is null) and (paid_at is null) = (paid_by is null)),
  constraint market_settlement_paid_stays check (paid_at is null or reversed_at is null),
  constraint market_settlement_reversed_says_why check ((reversed_at is null) = (reverse_reason is null))
);
create unique index market_settlement_one_stands on market_settlements (award_id) where reversed_at is null;
create index market_settlements_of_organisation on market_settlements (organisation_id, settlement_id);
revoke delete, truncate on market_settlements from ewaste_app;

alter table consignments add constraint consignment_settles_its_lot foreign key (market_lot_id) references market_lots (market_lot_id);
create index consignments_of_market_lot on consignments (market_lot_id) where market_lot_id is not null;
