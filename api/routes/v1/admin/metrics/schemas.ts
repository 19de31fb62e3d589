import { z } from 'zod';
import { isTimeZone } from '../../../../../billing/calendar';
import { instant, minorUnits } from '../../../../http/fields';

const mrr = minorUnits.describe('Monthly recurring revenue.');
const share = z
  .string()
  .regex(/^-?\d+\.\d{4}$/)
  .nullable();

const month = z.object({
  month: z.string().describe('`2026-03`; the present one has not ended.'),
  mrr_at_start: mrr,
  new: z.object({ subscriptions: z.int(), mrr }).describe('Began, or came out of a trial.'),
  expansion: mrr.describe('Dearer plans, more of them, coupons that ended.'),
  contraction: mrr.describe('Cheaper plans, fewer of them, coupons that began.'),
  paused: mrr.describe('Taken away by pauses, and by becoming unpaid.'),
  resumed: mrr.describe('Brought back by their ends.'),
  churned: z.object({ subscriptions: z.int(), mrr }).describe('Ended, for whatever reason.'),
  mrr_at_end: mrr.describe(
    'mrr_at_start + new + expansion − contraction − paused + resumed − churned.',
  ),
  gross_churn: share.describe('(churned + contraction) / mrr_at_start; null of nothing.'),
  net_churn: share.describe(
    '(churned + contraction − expansion) / mrr_at_start; negative when more was gained.',
  ),
  failed_payments: z.object({ attempts: z.int(), amount: minorUnits }),
  recovered_payments: z
    .object({ invoices: z.int(), amount: minorUnits })
    .describe('Paid after they had been charged in vain or were overdue.'),
});

const counts = z.object({
  active: z.int(),
  trialing: z.int(),
  past_due: z.int(),
  paused: z.int(),
  unpaid: z.int(),
});

const dunning = z.object({
  open: z.object({
    invoices: z.int().describe('Charged in vain or overdue, and not settled.'),
    subscriptions: z.int(),
    amount_at_risk: minorUnits.describe('What is still owed of them.'),
    mrr_at_risk: mrr.describe('Of the subscriptions that are past due.'),
  }),
  recovered: z.object({ invoices: z.int(), amount: minorUnits }),
  lost: z.object({ invoices: z.int(), amount: minorUnits }).describe('Written off, or void.'),
  recovered_share: share.describe(
    'recovered / (recovered + lost), of the invoices whose trouble began in these months.',
  ),
});

export const metrics = z.object({
  at: instant,
  time_zone: z.string(),
  currencies: z
    .array(
      z.object({
        currency: z.string(),
        mrr: mrr.describe('Now: of active and past due subscriptions.'),
        arpu: minorUnits.nullable().describe('mrr per customer who pays; null without any.'),
        customers: z.int().describe('Who have a subscription that is active or past due.'),
        subscriptions: counts,
        months: z.array(month).describe('The oldest first.'),
        dunning,
      }),
    )
    .describe('Never added up over currencies.'),
});

export const request = z.object({
  query: z.object({
    months: z.coerce
      .number()
      .int()
      .min(1)
      .max(60)
      .default(12)
      .describe('The present one the last.'),
    time_zone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'Not a time zone: an IANA name is expected, such as Europe/Berlin.')
      .default('UTC')
      .describe('Whose midnights months begin at.'),
  }),
});
