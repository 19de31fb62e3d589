import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import type { Database } from '../../../../db/database';
import { minorUnits } from '../../../http/fields';
import { nothing, ok, route } from '../../../http/route';
import { asMinorUnits } from '../../../presenters/money';

const balances = z.object({
  data: z.array(z.object({ currency: z.string(), amount: minorUnits })),
});

export const creditBalanceRoutes = [
  route({
    method: 'get',
    path: '/api/v1/credit-balance',
    auth: 'user',
    summary: 'See your balance per currency',
    description: 'Positive is credit for coming invoices; negative is a debt that they will add.',
    tags: ['v1 payments'],
    request: nothing,
    responses: { 200: balances },
    async handler({ principal: { user } }, { database }) {
      return ok({ data: await balancesOf(database, user.id) });
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
