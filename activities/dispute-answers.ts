import type { Instant } from '../billing/instant';
import type { DisputeAnswerInput, DisputeOutcome } from '../workflows/messages';
import { applyDispute } from './dispute-events';
import type { DisputeRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { refusal } from './refusal';
import type { Payments } from './settlement';

/**
 * Sends an operator's answer to a dispute, once however often it is run, and writes down how the
 * dispute then is. One that takes no answer any more is written down as it is, too.
 */
export async function answerDispute(
  deps: Payments,
  { disputeId, answerId, answer, detailsId, submit, now }: DisputeAnswerInput & { now: Instant },
): Promise<DisputeOutcome> {
  const { dispute, details, payment } = await deps.store.transaction(async (unit) => {
    const known = await unit.dispute(disputeId);
    if (known === undefined) throw new Error(`There is no dispute ${disputeId}.`);
    return {
      dispute: known,
      details: await unit.requestDetails(detailsId),
      payment: await paymentOf(unit, known, now),
    };
  });
  const after = await deps.payments.answerDispute({
    disputeId: dispute.id,
    answerId,
    ...(answer === 'accept' ? {} : { evidence: details.evidence ?? {} }),
    ...(submit === undefined ? {} : { submit }),
  });
  const known = after ?? (await deps.payments.lookUpDispute(dispute.id));
  if (known !== undefined) await applyDispute(deps, payment, known);
  if (after === undefined) return { refused: refusal('dispute_not_answerable') };
  return { status: after.status };
}

/** Which payment is disputed, and what time it is there: that of the test clock, if it hangs on one. */
async function paymentOf(
  unit: UnitOfWork,
  { id, invoiceId, stripePaymentIntentId: intentId }: DisputeRecord,
  now: Instant,
): Promise<{ intentId: string; invoiceId: string; now: Instant }> {
  if (intentId === null || invoiceId === null) throw new Error(`Nobody knows what ${id} is about.`);
  const subscriptionId = (await unit.findInvoiceById(invoiceId))?.subscriptionId ?? null;
  const subscription =
    subscriptionId === null ? undefined : await unit.findSubscription(subscriptionId);
  const clockId = subscription?.testClockId ?? null;
  const clock = clockId === null ? undefined : await unit.testClock(clockId);
  return { intentId, invoiceId, now: clock?.frozenTime ?? now };
}
