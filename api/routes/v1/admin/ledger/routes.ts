import { Readable } from 'node:stream';
import { z } from 'zod';
import { chartOfAccounts } from '../../../../../db/books/accounts';
import { checkBooks } from '../../../../../db/books/checks';
import { journalCsv } from '../../../../../db/books/journal';
import { id, instant, instantInput, minorUnits } from '../../../../http/fields';
import { answer, nothing, ok, route } from '../../../../http/route';
import { asMinorUnits } from '../../../../presenters/money';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import {
  accountBalances,
  ledgerEntries,
  type AccountBalance,
} from '../../../../queries/operator/ledger';

const tags = ['Admin: ledger'];
const base = '/api/v1/admin/ledger';

const account = z.string().describe('receivable, revenue, tax, cash …');
const amount = minorUnits.describe('Debits are positive, credits negative.');

const entry = z.object({
  id,
  kind: z.string(),
  occasion: z.string().describe('What happened; no two entries have the same.'),
  at: instant,
  currency: z.string(),
  invoice: id.nullable(),
  user: id.nullable(),
  postings: z.array(z.object({ account, amount })).describe('They sum to zero.'),
});

const balances = z.object({
  data: z.array(
    z.object({
      currency: z.string(),
      accounts: z
        .array(z.object({ account, number: z.string(), name: z.string(), amount }))
        .describe('They sum to zero.'),
    }),
  ),
});

const finding = z.object({
  check: z.string(),
  sentence: z.string(),
  ids: z.record(z.string(), z.string()),
});

const csv = z
  .instanceof(Readable)
  .meta({ type: 'string', contentType: 'text/csv; charset=utf-8; header=present' });

/** The double-entry books (I13). */
export const adminLedgerRoutes = [
  route({
    method: 'get',
    path: `${base}/entries`,
    auth: 'operator',
    summary: 'List ledger entries, the last written first',
    tags,
    request: z.object({
      query: pageQuery.extend({ invoice: id.optional(), user_id: id.optional() }),
    }),
    responses: { 200: listOf(entry) },
    async handler({ query: { invoice, user_id, ...page } }, { database }) {
      const { rows, hasMore } = await ledgerEntries(database, { invoice, user_id }, page);
      const data = rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        occasion: row.occasion,
        at: row.at,
        currency: row.currency,
        invoice: row.invoiceId,
        user: row.userId,
        postings: row.postings.map((posting) => ({
          account: posting.account,
          amount: asMinorUnits(posting.amountMinor),
        })),
      }));
      return ok({ data, has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: `${base}/balances`,
    auth: 'operator',
    summary: 'See what stands on each account, per currency',
    tags,
    request: nothing,
    responses: { 200: balances },
    handler: async (_, { database }) =>
      ok({ data: presentBalances(await accountBalances(database)) }),
  }),

  route({
    method: 'get',
    path: `${base}/journal.csv`,
    auth: 'operator',
    summary: 'Export the journal for an accountant, one record per posting',
    tags,
    request: z.object({
      query: z.object({
        from: instantInput.optional().describe('Entries from this instant on.'),
        to: instantInput.optional().describe('Entries before this instant.'),
      }),
    }),
    responses: { 200: csv },
    handler: async ({ query }, { database }) =>
      answer(200, Readable.from(journalCsv(database, query)), {
        'Content-Disposition': 'attachment; filename="journal.csv"',
      }),
  }),

  route({
    method: 'get',
    path: `${base}/check`,
    auth: 'operator',
    summary:
      'Prove invoices, balances, payments and refunds from the ledger, and the other way round',
    tags,
    request: nothing,
    responses: { 200: z.object({ agree: z.boolean(), findings: z.array(finding) }) },
    async handler(_, { database }) {
      const findings = await checkBooks(database);
      return ok({ agree: findings.length === 0, findings });
    },
  }),
];

function presentBalances(rows: readonly AccountBalance[]) {
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  return currencies.map((currency) => ({
    currency,
    accounts: rows
      .filter((row) => row.currency === currency)
      .map((row) => ({
        account: row.account,
        ...chartOfAccounts[row.account],
        amount: asMinorUnits(row.amountMinor),
      })),
  }));
}
