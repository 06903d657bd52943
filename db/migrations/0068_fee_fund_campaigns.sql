-- Money of the utilisation fee that pays for vouchers comes from what the fund has received, through the ledger, and from nowhere else.
-- domain.md, section 8; art. 388 of the Code lists what the money is for, so two people enter what lets it, per campaign.
insert into ledger.purposes (purpose, sort, description) values
  ('fund_to_campaigns', 'derived', 'fee money that the fund has given to a campaign; the owner is the campaign');
insert into ledger.kinds (kind, description) values
  ('fund_given_to_campaign', 'received fee money became a campaign''s, never more than the fund had');

-- What was posted before this by document alone stays as it is; from now on each such funding has both sides.
alter table campaign_fundings add column from_fund boolean not null default false;
