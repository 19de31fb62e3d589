import { z } from 'zod';
import { SUBSCRIPTION_STATUSES } from '../../../../billing/subscription';
import { byId, id, instant, paymentMethodId, text } from '../../../http/fields';
import { listOf, pageQuery } from '../../../queries/newest-first';
import { plan } from '../plans/routes';

const status = z.enum(SUBSCRIPTION_STATUSES);

export const subscription = z.object({
  id,
  user: id,
  plan: plan.pick({
    id: true,
    name: true,
    version: true,
    amount: true,
    currency: true,
    interval: true,
    interval_count: true,
  }),
  quantity: z.int(),
  status,
  collection_method: z.enum(['charge_automatically', 'send_invoice']),
  anchor: instant,
  time_zone: z.string(),
  cycle: z.int(),
  current_period_start: instant,
  current_period_end: instant,
  trial_end: instant.nullable(),
  cancel_at_period_end: z.boolean(),
  canceled_at: instant.nullable(),
  ended_at: instant.nullable(),
  pending_change: z.null(),
  next_event: z.object({ type: z.string(), at: instant }).nullable(),
  test_clock: id.nullable(),
  managed_by: z.enum(['everbill', 'stripe']),
  external_id: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});

export const subscriptionList = listOf(subscription);

export const listRequest = z.object({ query: pageQuery.extend({ status: status.optional() }) });
export const oneRequest = z.object({ params: byId });

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Not a time zone: an IANA name is expected, such as Europe/Berlin.');

/** Offsets and abbreviations are no places whose clocks change. */
function isTimeZone(name: string): boolean {
  try {
    return (
      /^[A-Z]/i.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format() !== ''
    );
  } catch {
    return false;
  }
}

/** Unknown fields are refused: a coupon that is not understood must not be charged in full. */
export const createRequest = z.object({
  body: z.strictObject({
    plan_id: id,
    quantity: z.int().min(1).max(100_000).optional(),
    payment_method_id: paymentMethodId.optional(),
    time_zone: timeZone.optional(),
    test_clock: id.optional(),
    metadata: z
      .record(z.string().regex(/^[\w.-]{1,40}$/), text(500))
      .refine((value) => Object.keys(value).length <= 50, 'At most 50 entries.')
      .optional(),
  }),
});

export const cancelRequest = oneRequest.extend({
  body: z.strictObject({
    at_period_end: z.boolean().default(true),
    reason: text(500).optional(),
  }),
});

/** Nothing to say, but a body `{}` is welcome. */
export const bareRequest = oneRequest.extend({ body: z.strictObject({}) });

export const timeline = listOf(
  z.object({
    id: z.string(),
    at: instant,
    type: z.string(),
    text: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
);
export const timelineRequest = oneRequest.extend({
  query: pageQuery.extend({
    starting_after: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
  }),
});
