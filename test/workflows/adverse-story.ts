import type { PlanRecord } from '../../activities/ports/records';
import { checkBooks } from '../../db/books/checks';
import {
  cancelUpdate,
  changeUpdate,
  dropChangeUpdate,
  invoiceUpdate,
  subscriptionWorkflowId,
  type ChangeRequest,
  type CreateRequest,
  type InvoiceCommand,
} from '../../workflows/messages';
import {
  advance,
  clockAt,
  eventually,
  invoicesOf,
  planLike,
  subscribe,
  subscriptionRow,
} from '../support/customers';

import { handle, world } from './adverse-world';

export const atStripe = () => ({
  charged: world.sandbox.control.books()['usd']?.charged ?? 0,
  refunded: world.sandbox.control.books()['usd']?.refunded ?? 0,
});
export const pause = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
export const day = 86_400_000;
export const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

/** What the books' checker says of one subscription's invoices; other stories' don't count. */
export async function findingsAbout(subscriptionId: string) {
  const ids = (await invoicesOf(world, subscriptionId)).map(({ id }) => id);
  const findings = await checkBooks(world.database);
  return findings.filter(({ ids: about }) =>
    Object.values(about).some((id) => id === subscriptionId || ids.includes(id)),
  );
}

export const planAt = (amountMinor: bigint, changes: Partial<PlanRecord> = {}) =>
  planLike(world, 'basic_monthly', { amountMinor, trialDays: 0, ...changes });

/** A subscription at $10.00 a month that begins on a test clock on 1 April, with a good card. */
export async function begun(plan: Partial<PlanRecord> = {}, request: Partial<CreateRequest> = {}) {
  const { id: planId } = await planAt(1000n, plan);
  const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
  const { subscriptionId: id, userId } = await subscribe(world, {
    planId,
    testClockId,
    paymentMethodId: 'pm_card_visa',
    ...request,
  });
  const { needsAttention } = await subscriptionRow(world, id);
  if (needsAttention !== null) throw new Error(needsAttention);
  return {
    id,
    userId,
    planId,
    testClockId,
    to: (at: string) => advance(world, testClockId, `2026-${at}T00:00:00.000Z`),
    row: () => subscriptionRow(world, id),
    invoices: () => invoicesOf(world, id),
    change: (change: Partial<ChangeRequest>) =>
      handle(id).executeUpdate(changeUpdate, {
        args: [{ when: 'now', customerPresent: true, ...change }],
      }),
    withdraw: () => handle(id).executeUpdate(dropChangeUpdate),
    cancelNow: () => handle(id).executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] }),
    invoice: (command: InvoiceCommand) =>
      handle(id).executeUpdate(invoiceUpdate, { args: [command] }),
  };
}

/** The same without a card: its invoices are sent. */
export async function sent(plan: Partial<PlanRecord> = {}) {
  const story = await begun(plan, { terms: { collectionMethod: 'send_invoice' } });
  const invoice = await eventually('the invoice has its intent', async () => {
    const [first] = await story.invoices();
    return first?.stripePaymentIntentId === null ? undefined : first;
  });
  return { ...story, first: invoice };
}

export const cyclesOf = async (subscriptionId: string) =>
  (
    await world.database.subscriptionCycles.findAll({
      where: { subscriptionId },
      order: [['cycle', 'ASC']],
    })
  ).map((row) => row.get({ plain: true }));

/** Puts the start of a real-time subscription's first period `days` back, with its workflow gone. */
export async function behind(subscriptionId: string, days: number) {
  await handle(subscriptionId).terminate('an outage');
  const start = new Date(Date.now() - days * day);
  const end = new Date(start);
  end.setUTCDate(end.getUTCDate() + 30);
  const period = {
    currentPeriodStart: start.toISOString(),
    currentPeriodEnd: end.toISOString(),
  };
  await world.database.subscriptions.update(
    { anchorAt: start.toISOString(), ...period },
    { where: { id: subscriptionId } },
  );
  await world.database.subscriptionCycles.update(
    { periodStart: period.currentPeriodStart, periodEnd: period.currentPeriodEnd },
    { where: { subscriptionId } },
  );
}

export const restart = (subscriptionId: string) =>
  world.temporal.client.workflow.start('subscription', {
    workflowId: subscriptionWorkflowId(subscriptionId),
    taskQueue: 'everbill',
    args: [{ subscriptionId }],
  });
