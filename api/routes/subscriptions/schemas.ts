import { z } from 'zod';
import { decimal, id, instant, paymentMethodId } from '../../http/fields';
import { numberedPageOf, numberedPageQuery } from '../../queries/numbered-pages';

export const plan = z.object({
  id,
  name: z.string(),
  description: z.string(),
  stripe_price_id: z.string(),
  amount: decimal,
  currency: z.string(),
  /** Plans of other terms are not listed here; a subscription to one still names its unit. */
  interval: z.enum(['day', 'week', 'month', 'year']),
  features: z.array(z.string()),
});

const statuses = z.enum([
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'canceled',
]);

export const subscription = z
  .object({
    id,
    plan,
    stripe_subscription_id: z.string().nullable(),
    status: statuses,
    is_active: z.boolean(),
    current_period_start: instant,
    current_period_end: instant,
    cancel_at_period_end: z.boolean(),
    canceled_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'SecondSystemSubscription' });

/** The same fields, empty, for a user who has never subscribed. */
export const noSubscription = z.object({
  id: z.null(),
  plan: z.null(),
  stripe_subscription_id: z.null(),
  status: z.literal('inactive'),
  is_active: z.literal(false),
  current_period_start: z.null(),
  current_period_end: z.null(),
  cancel_at_period_end: z.literal(false),
  canceled_at: z.null(),
  created_at: z.null(),
  updated_at: z.null(),
});

const payment = z.object({
  id,
  stripe_payment_intent_id: z.string().nullable(),
  stripe_invoice_id: z.string().nullable(),
  amount: decimal,
  currency: z.string(),
  status: z.enum(['succeeded', 'failed', 'pending', 'refunded']),
  description: z.string(),
  created_at: instant,
});

export const pageRequest = z.object({ query: numberedPageQuery });
export const planPage = numberedPageOf(plan);
export const paymentPage = numberedPageOf(payment);

export const createRequest = z.object({
  body: z.object({ plan_id: id, payment_method_id: paymentMethodId }),
});
export const cancelRequest = z.object({
  body: z.object({ cancel_immediately: z.boolean().default(false) }),
});

export const changed = z.object({ message: z.string(), subscription });
export const made = changed.extend({ client_secret: z.string().optional() });
