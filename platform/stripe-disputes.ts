import type Stripe from 'stripe';
import type { DisputeAnswer, KnownDispute, PaymentGateway } from '../activities/ports/payments';
import { fromStripeAmount } from '../billing/money';
import { isFault, isMissing, refusalOf } from './stripe-errors';

/** Disputes through the `stripe` package. */
export function disputesAt(
  stripe: Stripe,
): Pick<PaymentGateway, 'lookUpDispute' | 'disputesOf' | 'answerDispute'> {
  return {
    async lookUpDispute(id) {
      try {
        return disputeOf(await stripe.disputes.retrieve(id));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async disputesOf(intentId) {
      const known: KnownDispute[] = [];
      const listed = stripe.disputes.list({ payment_intent: intentId, limit: 100 });
      for await (const dispute of listed) known.push(disputeOf(dispute));
      return known.toReversed();
    },
    answerDispute: (request) => answer(stripe, request),
  };
}

async function answer(stripe: Stripe, request: DisputeAnswer): Promise<KnownDispute | undefined> {
  const key = `dispute/${request.disputeId}/${request.answerId}`;
  try {
    try {
      return disputeOf(await send(stripe, request, key));
    } catch (error) {
      if (!isFault(error)) throw error;
      return disputeOf(await send(stripe, request, `${key}/${Date.now()}`));
    }
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    // What a lost reply had said may be why Stripe takes no answer any more: then this was the answer.
    const now = await stripe.disputes.retrieve(request.disputeId);
    const accepted = request.evidence === undefined && now.status === 'lost';
    const answered = now.metadata['answer_id'] === request.answerId;
    return accepted || answered ? disputeOf(now) : undefined;
  }
}

function send(
  stripe: Stripe,
  { disputeId, answerId, evidence, submit = true }: DisputeAnswer,
  idempotencyKey: string,
): Promise<Stripe.Dispute> {
  if (evidence === undefined) return stripe.disputes.close(disputeId, {}, { idempotencyKey });
  return stripe.disputes.update(
    disputeId,
    { evidence, submit, metadata: { answer_id: answerId } },
    { idempotencyKey },
  );
}

/** A dispute as the product reads it. */
export function disputeOf(dispute: Stripe.Dispute): KnownDispute {
  const { id, amount, currency, reason, status } = dispute;
  const dueBy = dispute.evidence_details.due_by;
  const amountMinor = fromStripeAmount(amount, currency);
  return {
    id,
    chargeId: idOf(dispute.charge),
    intentId: dispute.payment_intent === null ? null : idOf(dispute.payment_intent),
    amountMinor,
    currency,
    reason,
    status,
    evidenceDueAt: dueBy === null ? null : instantOf(dueBy),
    openedAt: instantOf(dispute.created),
    movements: dispute.balance_transactions.map((transaction) => ({
      id: transaction.id,
      amountMinor: movedBy(transaction, { amountMinor, currency }),
    })),
  };
}

/** A movement is in the currency of the account, and the books are in that of the payment. */
function movedBy(
  transaction: Stripe.BalanceTransaction,
  { amountMinor, currency }: Pick<KnownDispute, 'amountMinor' | 'currency'>,
): bigint {
  if (transaction.currency === currency) return fromStripeAmount(transaction.amount, currency);
  return transaction.amount < 0 ? -amountMinor : amountMinor;
}

const idOf = (reference: string | { id: string }) =>
  typeof reference === 'string' ? reference : reference.id;

const instantOf = (seconds: number) => new Date(seconds * 1_000).toISOString();
