import { Op, type WhereOptions } from 'sequelize';
import type { SubscriptionRecord } from '../../../activities/ports/records';
import type { SubscriptionStatus } from '../../../billing/subscription';

/** What an operator may pick subscriptions by. */
export interface WantedSubscriptions {
  user_id?: string | undefined;
  plan_id?: string | undefined;
  status?: SubscriptionStatus | undefined;
  needs_attention?: 'true' | 'false' | undefined;
}

export function subscriptionsWhere({
  user_id: userId,
  plan_id: planId,
  status,
  needs_attention: attention,
}: WantedSubscriptions): WhereOptions<SubscriptionRecord> {
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(planId === undefined ? {} : { planId }),
    ...(status === undefined ? {} : { status }),
    ...(attention === undefined
      ? {}
      : { needsAttention: attention === 'true' ? { [Op.ne]: null } : null }),
  };
}
