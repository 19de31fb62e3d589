import { randomUUID } from 'node:crypto';
import type { PaymentMethodRecord, UserRecord } from '../../activities/ports/records';
import { createBillingStore } from '../../db/billing-store';
import { paymentMethodChangedSignal, subscriptionWorkflowId } from '../../workflows/messages';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Dependencies } from '../dependencies';
import { Refused } from '../http/refusals';
import { liveStatuses } from '../queries/subscriptions';

/**
 * Saves a payment method at Stripe, makes it the default, and tells the customer's subscriptions, so
 * that what is past due is charged at once. Safe to repeat with the same key after any failure.
 * @throws Refused `payment_method_declined`, `payment_method_unknown`.
 */
export async function savePaymentMethod(
  dependencies: Dependencies,
  user: UserRecord,
  { paymentMethodId, key = randomUUID() }: { paymentMethodId: string; key?: string | undefined },
): Promise<PaymentMethodRecord> {
  const { database, payments } = dependencies;
  const customerId = await ensureCustomer(dependencies, user);
  const outcome = await payments.attachPaymentMethod({
    customerId,
    paymentMethodId,
    idempotencyKey: `attach/${user.id}/${key}`,
  });
  if (outcome.outcome === 'declined') {
    const { message, code, declineCode } = outcome.decline;
    throw new Refused({
      code: 'payment_method_declined',
      message,
      declineCode: declineCode ?? code,
    });
  }
  if (outcome.outcome === 'unknown') {
    throw new Refused({ code: 'payment_method_unknown', message: outcome.message });
  }
  const { card } = outcome;
  await createBillingStore(database).transaction(async (unit) => {
    await unit.savePaymentMethod({ ...card, userId: user.id });
    await unit.makeDefault(user.id, card.id);
  });
  await tellSubscriptions(dependencies, user.id);
  const row = await database.paymentMethods.findOne({ where: { id: card.id, userId: user.id } });
  if (row === null) throw new Error(`payment method ${card.id} was saved and is gone`);
  return row.get({ plain: true });
}

/** The same user always gets the same customer, also when two requests come at once. */
async function ensureCustomer(
  { database, payments }: Dependencies,
  user: UserRecord,
): Promise<string> {
  if (user.stripeCustomerId !== null) return user.stripeCustomerId;
  const stripeCustomerId = await payments.createCustomer(user);
  await database.users.update(
    { stripeCustomerId },
    { where: { id: user.id, stripeCustomerId: null } },
  );
  const row = await database.users.findByPk(user.id);
  return row?.get({ plain: true }).stripeCustomerId ?? stripeCustomerId;
}

async function tellSubscriptions(
  { database, temporal }: Dependencies,
  userId: string,
): Promise<void> {
  const rows = await database.subscriptions.findAll({ where: { userId, status: liveStatuses } });
  for (const row of rows) {
    const workflowId = subscriptionWorkflowId(row.get({ plain: true }).id);
    try {
      await temporal.within(5_000, ({ workflow }) =>
        workflow.getHandle(workflowId).signal(paymentMethodChangedSignal),
      );
    } catch (error) {
      // It has ended meanwhile: nobody is left who wants to know.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}
