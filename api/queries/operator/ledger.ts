import { QueryTypes } from 'sequelize';
import type { LedgerAccount } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import { invalidField } from '../../http/problem';
import type { Page, PageRequest } from '../newest-first';

/** A double entry: its postings' debits (positive) and credits (negative) sum to zero. */
export interface LedgerEntry {
  id: string;
  occasion: string;
  kind: string;
  currency: string;
  invoiceId: string | null;
  userId: string | null;
  at: string;
  postings: { account: LedgerAccount; amountMinor: bigint }[];
}

export interface WantedEntries {
  invoice?: string | undefined;
  user_id?: string | undefined;
}

interface EntryRow extends Omit<LedgerEntry, 'at' | 'postings'> {
  at: Date;
  postings: { account: LedgerAccount; amount: string }[];
}

/** The order in which they were written, the newest first. @throws Problem 400 for an unknown `starting_after`. */
export async function ledgerEntries(
  { sequelize }: Database,
  { invoice, user_id: user }: WantedEntries,
  { limit, starting_after }: PageRequest,
): Promise<Page<LedgerEntry>> {
  const after = starting_after ?? null;
  const replacements = {
    invoice: invoice ?? null,
    user: user ?? null,
    after,
    limit: limit + 1,
  };
  if (after !== null) {
    const known = await sequelize.query('select 1 from ledger_entries where id = :after', {
      replacements,
      type: QueryTypes.SELECT,
    });
    if (known.length === 0) throw invalidField('starting_after', 'There is no such item.');
  }
  const rows = await sequelize.query<EntryRow>(page, { replacements, type: QueryTypes.SELECT });
  return {
    rows: rows.slice(0, limit).map(({ at, postings, ...row }) => ({
      ...row,
      at: at.toISOString(),
      postings: postings.map(({ account, amount }) => ({ account, amountMinor: BigInt(amount) })),
    })),
    hasMore: rows.length > limit,
  };
}

const page = `
  select entry.id, occasion, kind, currency, invoice_id as "invoiceId", user_id as "userId", at,
    (select coalesce(json_agg(json_build_object('account', account, 'amount', amount_minor::text)
        order by amount_minor desc, account), '[]')
      from ledger_postings where entry_id = entry.id) as postings
  from ledger_entries entry
  where (cast(:invoice as uuid) is null or invoice_id = cast(:invoice as uuid))
    and (cast(:user as uuid) is null or user_id = cast(:user as uuid))
    and (cast(:after as uuid) is null or (created_at, id) <
      (select created_at, id from ledger_entries where id = cast(:after as uuid)))
  order by created_at desc, id desc limit :limit`;

export interface AccountBalance {
  currency: string;
  account: LedgerAccount;
  amountMinor: bigint;
}

/** What stands on each account in each currency: debits positive, credits negative. */
export async function accountBalances({ sequelize }: Database): Promise<AccountBalance[]> {
  const rows = await sequelize.query<{ currency: string; account: LedgerAccount; sum: string }>(
    `select currency, account, sum(amount_minor)::text as sum
     from ledger_entries join ledger_postings on entry_id = id
     group by currency, account order by currency, account`,
    { type: QueryTypes.SELECT },
  );
  return rows.map(({ sum, ...row }) => ({ ...row, amountMinor: BigInt(sum) }));
}
