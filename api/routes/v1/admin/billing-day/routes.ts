import { z } from 'zod';
import { isTimeZone } from '../../../../../billing/calendar';
import { id, instant } from '../../../../http/fields';
import { ok, route } from '../../../../http/route';
import { billingDay, rateMinutes, type BillingDay } from '../../../../queries/operator/billing-day';

const billingDaySchema = z.object({
  date: z.iso.date(),
  time_zone: z.string(),
  from: instant,
  to: instant.describe('Not included.'),
  at: instant.describe('When this was so.'),
  due: z.int().describe('Renewals of the day: done, late and upcoming.'),
  done: z.object({
    total: z.int(),
    billed: z.int().describe('Into a period that was invoiced, or drafted.'),
    skipped: z.int().describe('Into a period that is not: paused, or not caught up with.'),
    ended: z.int().describe('To the end that they were canceled for.'),
  }),
  late: z.int().describe('Their instant has passed, and they were not seen to.'),
  upcoming: z.int().describe('Their instant is still to come.'),
  late_from_before: z.int().describe('Of earlier days, and still late.'),
  oldest_late: z
    .object({ subscription: id, due_at: instant, seconds: z.int() })
    .nullable()
    .describe('The one that has waited longest.'),
  needs_attention: z.int().describe('Can’t go on until somebody has looked at them.'),
  invoices: z
    .object({
      paid: z.int(),
      open: z.int().describe('Not paid yet; nothing has failed.'),
      failed: z.int().describe('Charged in vain, and open.'),
      draft: z.int(),
      void: z.int(),
      uncollectible: z.int(),
    })
    .describe('Of the periods that began.'),
  rate_per_minute: z
    .int()
    .describe(`Renewals done a minute, over the last ${rateMinutes} minutes.`),
  finished: z.boolean(),
  estimated_finish_at: instant
    .nullable()
    .describe(
      'At this rate, and not before the last one is due; null when nothing is left, or moves.',
    ),
});

export const adminBillingDayRoutes = [
  route({
    method: 'get',
    path: '/api/v1/admin/billing-day',
    auth: 'operator',
    summary: 'See how a day’s renewals go',
    description:
      'Live. What falls due in a calendar day of the zone, how much of it is done, what is late, how fast it goes and when it will be over. First periods, test clocks and subscriptions that Stripe runs are left out.',
    tags: ['Admin: metrics'],
    request: z.object({
      query: z.object({
        date: z.iso.date().optional().describe('`2026-03-31`; today, unless said.'),
        time_zone: z
          .string()
          .max(64)
          .refine(isTimeZone, 'Not a time zone: an IANA name is expected, such as Europe/Berlin.')
          .default('UTC')
          .describe('Whose day it is.'),
      }),
    }),
    responses: { 200: billingDaySchema },
    async handler({ query: { date, time_zone: timeZone } }, { database }) {
      return ok(present(await billingDay(database, { date, timeZone }), timeZone));
    },
  }),
];

function present(day: BillingDay, timeZone: string): z.input<typeof billingDaySchema> {
  const { billed, skipped, ended } = day.done;
  const total = billed + skipped + ended;
  const { oldestLate } = day;
  return {
    date: day.date,
    time_zone: timeZone,
    from: day.from,
    to: day.to,
    at: day.at,
    due: total + day.late + day.upcoming,
    done: { total, billed, skipped, ended },
    late: day.late,
    upcoming: day.upcoming,
    late_from_before: day.lateBefore,
    oldest_late:
      oldestLate === null
        ? null
        : {
            subscription: oldestLate.subscriptionId,
            due_at: oldestLate.dueAt,
            seconds: Math.floor((Date.parse(day.at) - Date.parse(oldestLate.dueAt)) / 1_000),
          },
    needs_attention: day.needsAttention,
    invoices: day.invoices,
    rate_per_minute: Math.round(day.doneLately / rateMinutes),
    finished: day.late + day.upcoming === 0,
    estimated_finish_at: estimatedFinish(day),
  };
}

/** The late ones at the rate of the last minutes; the others when they are due. */
function estimatedFinish({ late, doneLately, lastDueAt, at }: BillingDay): string | null {
  if (lastDueAt === null || (late > 0 && doneLately === 0)) return null;
  const workMilliseconds = late === 0 ? 0 : (late / doneLately) * rateMinutes * 60_000;
  const worked = Date.parse(at) + Math.ceil(workMilliseconds);
  return new Date(Math.max(worked, Date.parse(lastDueAt))).toISOString();
}
