import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import type { Database } from '../../../../db/database';
import type { BalanceTransactionRecord } from '../../../../activities/ports/records';
import { id, instant, minorUnits } from '../../../http/fields';
import { ok, route } from '../../../http/route';
import { asMinorUnits } from '../../../presenters/money';
import { newestFirst, pageQuery } from '../../../queries/newest-first';

const transaction = z.object({
  id,
  currency: z.string(),
  amount: minorUnits.describe('Positive was put on the balance, negative taken off it.'),
  kind: z.string(),
  invoice: id.nullable(),
  created_at: instant,
});

const balances = z.object({
  data: z.array(z.object({ currency: z.string(), amount: minorUnits })),
  transactions: z.array(transaction).describe('What the balances are made of, newest first.'),
  has_more: z.boolean().describe('Whether there are older transactions.'),
});

export const creditBalanceRoutes = [
  route({
    method: 'get',
    path: '/api/v1/credit-balance',
    auth: 'user',
    summary: 'See your balance per currency',
    description: 'Positive is credit for coming invoices; negative is a debt that they will add.',
    tags: ['v1 payments'],
    request: z.object({ query: pageQuery }),
    responses: { 200: balances },
    async handler({ query, principal: { user } }, { database }) {
      const { balanceTransactions } = database;
      const [data, { rows, hasMore }] = await Promise.all([
        balancesOf(database, user.id),
        newestFirst(balanceTransactions, { userId: user.id }, query),
      ]);
      return ok({ data, transactions: rows.map(presentTransaction), has_more: hasMore });
    },
  }),
];

async function balancesOf({ sequelize }: Database, userId: string) {
  const rows = await sequelize.query<{ currency: string; minor: string }>(
    `select currency, sum(amount_minor)::text as minor from balance_transactions
     where user_id = :userId group by currency order by currency`,
    { replacements: { userId }, type: QueryTypes.SELECT },
  );
  return rows.map(({ currency, minor }) => ({ currency, amount: asMinorUnits(BigInt(minor)) }));
}

function presentTransaction(row: BalanceTransactionRecord) {
  return {
    id: row.id,
    currency: row.currency,
    amount: asMinorUnits(row.amountMinor),
    kind: row.kind,
    invoice: row.invoiceId,
    created_at: row.createdAt,
  };
}
