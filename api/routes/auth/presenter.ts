import type { UserRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import { currentSubscription } from '../../queries/subscriptions';

/** A user with the status of their subscription, "inactive" when they have none. */
export async function presentProfile(database: Database, user: UserRecord) {
  const subscription = await currentSubscription(database, user.id);
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    subscription_status: subscription?.status ?? 'inactive',
    created_at: user.createdAt,
  };
}
