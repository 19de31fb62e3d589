import type { SubscriptionRecord } from '../../activities/ports/records';
import { isLive } from '../../billing/subscription';
import type { TemporalClient } from '../../platform/temporal-client';
import { subscriptionWorkflowId, viewQuery } from '../../workflows/messages';

/** Reading must not wait long for a worker. */
const patienceMilliseconds = 1_500;

/**
 * What a subscription's workflow says that it waits for, in its own words, and until when; null when
 * it has nothing to wait for any more, or can't be asked now.
 */
export async function workflowView(
  temporal: TemporalClient,
  { id, status }: SubscriptionRecord,
): Promise<{ waits_for: string; until: string | null } | null> {
  if (!isLive(status)) return null;
  try {
    const view = await temporal.within(patienceMilliseconds, ({ workflow }) =>
      workflow.getHandle(subscriptionWorkflowId(id)).query(viewQuery),
    );
    return { waits_for: view.waitsFor, until: view.until ?? null };
  } catch {
    // The story is told from the database all the same.
    return null;
  }
}
