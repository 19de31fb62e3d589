import { about, subscriptionFacts } from '../email-facts';
import type { Instant } from '../../billing/instant';
import type { SavedCard } from '../ports/payments';
import type { UnitOfWork } from '../ports/store';
import type { MirrorRow } from './mirror-row';

/** Tells the customer that the trial ends, once; not when it has ended or will not go on. */
export async function announceTrialEnd(
  unit: UnitOfWork,
  { row, plan, now }: MirrorRow & { now: Instant },
  card: SavedCard | undefined,
): Promise<void> {
  const { trialEnd, status } = row;
  if (status !== 'trialing' || trialEnd === null || trialEnd <= now || row.cancelAtPeriodEnd)
    return;
  const notice = { kind: 'trial_ending', ...about(row, row.id, trialEnd) } as const;
  if (await unit.hasEmail(notice)) return;
  await unit.recordEvent(row.id, now, 'trial_ending', { trial_end: trialEnd });
  await unit.queueEmail({
    ...notice,
    data: {
      ...subscriptionFacts(row, plan),
      trial_end: trialEnd,
      ...shown(card),
      ...(row.collectionMethod === 'send_invoice' ? { paid_by_invoice: true } : {}),
    },
  });
}

function shown(card: SavedCard | undefined) {
  if (card === undefined) return {};
  const { brand, last4 } = card;
  return brand === null || last4 === null ? {} : { card: { brand, last4 } };
}
