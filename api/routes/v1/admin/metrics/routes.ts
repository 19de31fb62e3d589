import { toZoned } from '../../../../../billing/instant';
import { ok, route } from '../../../../http/route';
import { collectionByMonth, dunningNow } from '../../../../queries/operator/collection';
import {
  payingCustomers,
  revenueMovements,
  standingRevenue,
} from '../../../../queries/operator/recurring-revenue';
import { presentMetrics } from './presenter';
import { metrics, request } from './schemas';

const definitions = `Integer minor units, per currency, never added up over currencies. Subscriptions on test clocks are left out.

Monthly recurring revenue (MRR) of a subscription is its plan × quantity, less the coupon in force (\`once\` coupons never count), without taxes that come on top, normalised to a month: a year is 12 months, 52 weeks or 365 days. It is rounded per subscription, half away from zero. Active and past due subscriptions count; trialing, paused, unpaid and ended ones do not. A trial counts from its end on.

New, expansion, contraction, paused, resumed and churned are the changes of MRR in a calendar month, at the instants at which they came into force; they lead from the month’s first MRR to its last exactly. Churn is relative to the month’s first MRR: pauses are not churn.

A payment has failed when an attempt was declined; an invoice was recovered when it was paid after it had been charged in vain or was overdue. Dunning shows what is open now, and what became of the invoices whose trouble began in the months shown.`;

export const adminMetricsRoutes = [
  route({
    method: 'get',
    path: '/api/v1/admin/metrics',
    auth: 'operator',
    summary: 'See the business’s figures: recurring revenue, churn, payments and dunning',
    description: definitions,
    tags: ['Admin: metrics'],
    request,
    responses: { 200: metrics },
    async handler({ query: { months, time_zone: timeZone } }, { database }) {
      const window = { months, timeZone };
      const [standing, movements, collection, dunning] = await Promise.all([
        standingRevenue(database),
        revenueMovements(database, window),
        collectionByMonth(database, window),
        dunningNow(database, window),
      ]);
      const at = new Date().toISOString();
      return ok(
        presentMetrics({
          at,
          timeZone,
          months: monthsUpTo(at, window),
          standing,
          customers: await payingCustomers(database, standing),
          movements,
          collection,
          dunning,
        }),
      );
    },
  }),
];

/** `2026-03` …, the month of `at` the last. */
function monthsUpTo(
  at: string,
  { months, timeZone }: { months: number; timeZone: string },
): string[] {
  const present = toZoned(at, timeZone).toPlainDate().toPlainYearMonth();
  return Array.from({ length: months }, (_, index) =>
    present.subtract({ months: months - 1 - index }).toString(),
  );
}
