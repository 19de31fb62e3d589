import { Op, literal, type WhereOptions } from 'sequelize';
import type { SubscriptionRecord } from '../../../activities/ports/records';
import type { SubscriptionStatus } from '../../../billing/subscription';

/** What an operator may pick subscriptions by. */
export interface WantedSubscriptions {
  user_id?: string | undefined;
  plan_id?: string | undefined;
  /** What the business's own system calls it. */
  external_id?: string | undefined;
  status?: SubscriptionStatus | undefined;
  needs_attention?: 'true' | 'false' | undefined;
  /** Whether a dispute of one of its payments is open. */
  disputed?: 'true' | 'false' | undefined;
}

const disputedOnes = `(select subscription_id from disputes join invoices on invoices.id = invoice_id
  where disputes.closed_at is null and subscription_id is not null)`;

export function subscriptionsWhere({
  user_id: userId,
  plan_id: planId,
  external_id: externalId,
  status,
  needs_attention: attention,
  disputed,
}: WantedSubscriptions): WhereOptions<SubscriptionRecord> {
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(planId === undefined ? {} : { planId }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(status === undefined ? {} : { status }),
    ...(attention === undefined
      ? {}
      : { needsAttention: attention === 'true' ? { [Op.ne]: null } : null }),
    ...(disputed === undefined
      ? {}
      : { id: { [disputed === 'true' ? Op.in : Op.notIn]: literal(disputedOnes) } }),
  };
}
