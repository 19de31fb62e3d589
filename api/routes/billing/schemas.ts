import { z } from 'zod';
import { decimal, id, paymentMethodId } from '../../http/fields';

export const plan = z.object({
  id,
  name: z.string(),
  plan_term: z.enum(['monthly', 'quarterly', 'half_yearly', 'yearly']),
  description: z.string(),
  price: decimal,
});

export const subscription = z
  .object({
    id,
    user: id,
    plan: id,
    start_date: z.iso.date(),
    status: z.enum(['active', 'inactive', 'cancelled', 'expired', 'suspended', 'pause']),
  })
  .meta({ id: 'FirstSystemSubscription' });

export const invoice = z
  .object({
    id,
    user: id,
    subscription: id,
    amount: decimal,
    issue_date: z.iso.date(),
    due_date: z.iso.date(),
    payment_status: z.enum(['pending', 'paid', 'overdue']),
  })
  .meta({ id: 'FirstSystemInvoice' });

export const byId = z.object({ params: z.object({ id }) });

export const subscribeRequest = z.object({
  body: z.object({ plan: id, payment_method_id: paymentMethodId.optional() }),
});

/** User, start date and all else are not the client's to set, and are ignored. */
export const changeRequest = byId.extend({
  body: z.object({ status: subscription.shape.status.optional(), plan: id.optional() }),
});

export const clientSecret = z.object({ client_secret: z.string() });
