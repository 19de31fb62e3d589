import { z } from 'zod';
import { isTimeZone } from '../../../../billing/calendar';
import { SUBSCRIPTION_STATUSES } from '../../../../billing/subscription';
import {
  byId,
  id,
  instant,
  instantInput,
  minorUnits,
  paymentMethodId,
  text,
} from '../../../http/fields';
import { appliedCoupon } from '../../../presenters/coupon';
import { nextEventTypes } from '../../../presenters/next-event';
import { listOf, pageQuery } from '../../../queries/newest-first';
import { metadata } from '../metadata';
import { plan } from '../plans/routes';

const status = z.enum(SUBSCRIPTION_STATUSES);
const when = z.enum(['now', 'period_end']);
const nextEventType = z.enum(nextEventTypes);

const pendingChange = z
  .object({
    plan_id: id,
    quantity: z.int(),
    when,
    effective_at: instant.nullable().describe('Null while it waits for its payment.'),
    invoice: id
      .nullable()
      .describe(
        'To be paid for the change: its client secret is at /api/v1/invoices/{id}/payment.',
      ),
    expires_at: instant.nullable().describe('When it is given up if it was not paid.'),
    reason: z.enum(['requested', 'plan_version']),
  })
  .meta({ id: 'PendingChange' });

export const subscription = z
  .object({
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
    start_at: instant.nullable().describe('Agreed for the future, and not yet begun.'),
    trial_end: instant.nullable(),
    paused_at: instant.nullable(),
    resume_at: instant.nullable().describe('When a pause ends by itself.'),
    cancel_at_period_end: z.boolean(),
    canceled_at: instant.nullable(),
    ended_at: instant.nullable(),
    access_until: instant
      .nullable()
      .describe(
        'When access ends, while it lasts and its end is known: of a pause, a cancellation.',
      ),
    coupon: appliedCoupon.nullable(),
    pending_change: pendingChange.nullable(),
    next_event: z.object({ type: nextEventType, at: instant }).nullable(),
    test_clock: id.nullable(),
    managed_by: z.enum(['everbill', 'stripe']),
    external_id: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Subscription' });

export const subscriptionList = listOf(subscription);

export const listRequest = z.object({ query: pageQuery.extend({ status: status.optional() }) });
export const oneRequest = z.object({ params: byId });

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Not a time zone: an IANA name is expected, such as Europe/Berlin.');

/** Whether it can be charged is for the workflow to say: it knows the price. */
const quantity = z.int().min(1).max(1_000_000);
const couponCode = text(100).describe('A code, in any case.');

/** Unknown fields are refused: a coupon that is not understood must not be charged in full. */
export const createRequest = z.object({
  body: z.strictObject({
    plan_id: id,
    quantity: quantity.optional(),
    payment_method_id: paymentMethodId.optional(),
    coupon: couponCode.optional(),
    time_zone: timeZone.optional(),
    test_clock: id.optional(),
    metadata: metadata.optional(),
  }),
});

/** What a body asks for, as `subscribe` takes it. */
export const orderOf = (body: z.output<typeof createRequest>['body']) => ({
  planId: body.plan_id,
  quantity: body.quantity,
  paymentMethodId: body.payment_method_id,
  coupon: body.coupon,
  timeZone: body.time_zone,
  testClockId: body.test_clock,
  metadata: body.metadata,
});

export const cancelRequest = oneRequest.extend({
  body: z.strictObject({
    at_period_end: z.boolean().default(true),
    prorate: z
      .boolean()
      .optional()
      .describe('At once only: false gives nothing back for the unused time that was paid.'),
    reason: text(500).optional(),
  }),
});

export const pauseRequest = oneRequest.extend({
  body: z.strictObject({
    resume_at: instantInput.optional().describe('When it resumes by itself.'),
  }),
});

/** What is left out stays as it is. */
export const changeRequest = oneRequest.extend({
  body: z.strictObject({
    plan_id: id.optional(),
    quantity: quantity.optional(),
    when: when.default('now'),
    proration_date: instantInput
      .optional()
      .describe('As a preview answered it, at most 10 minutes ago.'),
  }),
});

export const couponRequest = oneRequest.extend({ body: z.strictObject({ coupon: couponCode }) });

/** Nothing to say, but a body `{}` is welcome. */
export const bareRequest = oneRequest.extend({ body: z.strictObject({}) });

/** A DELETE has no body, and there is nothing to say in the query. */
export const removeRequest = oneRequest.extend({ query: z.object({}) });

const event = z.object({
  id: z.string(),
  at: instant,
  type: z.string(),
  text: z.string().describe('In plain English, with its amounts.'),
  data: z.record(z.string(), z.unknown()),
});

export const timeline = listOf(event).extend({
  next: z
    .object({
      type: nextEventType,
      at: instant,
      text: z.string(),
      invoice: id.nullable(),
      amount_due: minorUnits.nullable(),
      currency: z.string().nullable(),
    })
    .nullable()
    .describe('What comes next by itself, by the database.'),
  workflow: z
    .object({ waits_for: z.string(), until: instant.nullable() })
    .nullable()
    .describe('What its workflow says it waits for; null when it has ended or can’t be asked now.'),
});
export const timelineRequest = oneRequest.extend({
  query: pageQuery.extend({
    starting_after: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
    order: z.enum(['asc', 'desc']).default('desc').describe('asc: from the beginning on.'),
  }),
});
