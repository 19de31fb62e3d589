import { check } from './check';

/** What the entries of each dispute post: what its bank took or gave back, and what was lost by it. */
const postedPerDispute = `
  select split_part(occasion, '/', 2) as dispute_id,
    coalesce(sum(amount_minor) filter (where account = 'cash'), 0) as cash,
    coalesce(sum(amount_minor) filter (where account = 'disputed'), 0) as held,
    coalesce(sum(amount_minor) filter (where account = 'dispute_losses'), 0) as lost
  from ledger_entries join ledger_postings on entry_id = id
  where occasion like 'dispute/%' or occasion like 'dispute-loss/%' group by 1`;

const held = `case when status = 'lost' then 0 else withdrawn_minor end`;
const lost = `case when status = 'lost' then withdrawn_minor else 0 end`;

const accountAgainst = (account: string, rows: string) => `
  select currency, sum(posted)::text as posted, sum(expected)::text as expected from (
    select currency, amount_minor as posted, 0::bigint as expected
      from ledger_entries join ledger_postings on entry_id = id where account = '${account}'
    ${rows}) money
  group by currency having sum(posted) <> sum(expected)`;

/** Disputes against their entries and accounts. A lost one is neither a refund nor a credit note. */
export const disputeChecks = [
  check(
    'dispute_is_posted',
    `select dispute.id as dispute_id, dispute.invoice_id, status, currency,
       withdrawn_minor::text as withdrawn, coalesce(-posted.cash, 0)::text as cash,
       coalesce(posted.held, 0)::text as held, coalesce(posted.lost, 0)::text as lost
     from disputes dispute left join (${postedPerDispute}) posted on posted.dispute_id = dispute.id
     where coalesce(-posted.cash, 0) <> withdrawn_minor
       or coalesce(posted.held, 0) <> ${held} or coalesce(posted.lost, 0) <> ${lost}`,
    (row) =>
      `The bank has ${row.money('withdrawn')} for dispute ${row.text('dispute_id')}, which is ${row.text('status')}; by the ledger it took ${row.money('cash')}: ${row.money('held')} is held, ${row.money('lost')} lost.`,
  ),
  check(
    'dispute_entry_has_its_dispute',
    `select id as entry_id, occasion from ledger_entries entry
     where (occasion like 'dispute/%' or occasion like 'dispute-loss/%') and not exists (
       select from disputes where disputes.id = split_part(entry.occasion, '/', 2))`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} (${row.text('occasion')}) moves money for a dispute that is not there.`,
  ),
  check(
    'disputed_agrees',
    accountAgainst('disputed', `union all select currency, 0, ${held} from disputes`),
    (row) =>
      `${row.money('posted')} is held by banks by the ledger, and by disputes that are not lost ${row.money('expected')}.`,
  ),
  check(
    'dispute_losses_agree',
    accountAgainst(
      'dispute_losses',
      `union all select currency, 0, ${lost} from disputes
       union all select currency, 0, coalesce((select amount_minor from balance_transactions
           where occasion = 'refund-failed/' || refund.id), 0) - amount_minor from refunds refund
         where exists (select from ledger_entries where occasion = 'refund-by-bank/' || refund.id)`,
    ),
    (row) =>
      `${row.money('posted')} is lost by the ledger, and by lost disputes, less what refunds they made needless, ${row.money('expected')}.`,
  ),
];
