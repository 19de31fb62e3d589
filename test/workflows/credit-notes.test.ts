import { randomUUID } from 'node:crypto';
import { checkBooks } from '../../db/books/checks';
import { dashboardOf } from '../support/dashboard';
import {
  cancelUpdate,
  invoiceCommandWorkflowId,
  invoiceUpdate,
  subscriptionWorkflowId,
  taskQueue,
  type CommandOutcome,
  type InvoiceCommand,
  type InvoiceCommandInput,
} from '../../workflows/messages';
import { clockAt, eventually, invoicesOf, planLike, subscribe } from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterAll(() => world.close());

const handle = (id: string) => world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));
const say = (id: string, command: InvoiceCommand) =>
  handle(id).executeUpdate(invoiceUpdate, { args: [command] });
const refundedAtStripe = () => world.sandbox.control.books()['usd']?.refunded ?? 0;
const intentOf = (id: string | null) =>
  dashboardOf(world.config).paymentIntents.retrieve(id ?? 'pi_none');

/** A subscription at $10.00 a month with its first invoice, on a test clock at the start of April. */
async function subscribed(paymentMethodId?: string) {
  const plan = await planLike(world, 'basic_monthly', { amountMinor: 1000n, trialDays: 0 });
  const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
  const { subscriptionId } = await subscribe(world, {
    planId: plan.id,
    testClockId,
    ...(paymentMethodId === undefined ? {} : { paymentMethodId }),
  });
  const invoice = await eventually('the invoice has its intent', async () => {
    const [first] = await invoicesOf(world, subscriptionId);
    return first?.stripePaymentIntentId === null ? undefined : first;
  });
  return { subscriptionId, invoice };
}

const invoiceNow = async (subscriptionId: string) =>
  (await invoicesOf(world, subscriptionId)).at(0);
const proveBooks = async () => expect(await checkBooks(world.database)).toEqual([]);

describe('an operator', () => {
  it('credits to the card: by the answer Stripe has sent the money back', async () => {
    const { subscriptionId, invoice } = await subscribed('pm_card_visa');
    const before = refundedAtStripe();
    const answer = await say(subscriptionId, {
      invoiceId: invoice.id,
      action: 'credit',
      amount: '400',
      to: 'card',
    });
    expect(answer).toEqual({ status: 'active', creditNoteId: expect.any(String) });
    expect(refundedAtStripe() - before).toBe(400);
    expect(await invoiceNow(subscriptionId)).toMatchObject({ amountRefundedMinor: 400n });
    await proveBooks();
  });

  it('credits an invoice whose subscription, and its workflow, have ended', async () => {
    const { subscriptionId, invoice } = await subscribed('pm_card_visa');
    await handle(subscriptionId).executeUpdate(cancelUpdate, {
      args: [{ atPeriodEnd: false, prorate: false }],
    });
    await handle(subscriptionId).result();
    const before = refundedAtStripe();
    const commandId = randomUUID();
    const input: InvoiceCommandInput = {
      subscriptionId,
      commandId,
      command: { invoiceId: invoice.id, action: 'credit', to: 'card' },
    };
    const answer = await world.temporal.client.workflow.execute<
      (input: InvoiceCommandInput) => Promise<CommandOutcome>
    >('invoiceCommand', {
      workflowId: invoiceCommandWorkflowId(commandId),
      taskQueue,
      args: [input],
    });
    expect(answer).toEqual({ status: 'canceled', creditNoteId: expect.any(String) });
    expect(refundedAtStripe() - before).toBe(1000);
    await proveBooks();
  });

  it('voids a sent invoice, and nobody can pay it any more', async () => {
    const { subscriptionId, invoice } = await subscribed();
    await say(subscriptionId, { invoiceId: invoice.id, action: 'void' });
    expect(await invoiceNow(subscriptionId)).toMatchObject({ status: 'void' });
    expect((await intentOf(invoice.stripePaymentIntentId)).status).toBe('canceled');
    await proveBooks();
  });

  it.each([
    ['marks a sent invoice as paid elsewhere', { action: 'mark_paid' }],
    ['credits a sent invoice in full', { action: 'credit', to: 'balance' }],
  ] as const)('%s, and nobody can pay it a second time', async (_, spoken) => {
    const { subscriptionId, invoice } = await subscribed();
    await say(subscriptionId, { ...spoken, invoiceId: invoice.id });
    expect(await invoiceNow(subscriptionId)).toMatchObject({ status: 'paid' });
    expect((await intentOf(invoice.stripePaymentIntentId)).status).toBe('canceled');
    await proveBooks();
  });

  it('is told what can’t be done, and the subscription goes on as if nothing was asked', async () => {
    const { subscriptionId, invoice } = await subscribed('pm_card_visa');
    const refused = async (command: InvoiceCommand) => {
      const answer = await say(subscriptionId, command);
      return 'refused' in answer ? answer.refused.code : answer.status;
    };
    const { id: invoiceId } = invoice;
    expect([
      await refused({ invoiceId, action: 'void' }),
      await refused({ invoiceId, action: 'mark_uncollectible' }),
      await refused({ invoiceId, action: 'finalize' }),
      await refused({ invoiceId, action: 'retry' }),
      await refused({ invoiceId, action: 'credit', amount: '1001', to: 'card' }),
      await refused({ invoiceId: randomUUID(), action: 'void' }),
    ]).toEqual([
      'invoice_not_open',
      'invoice_not_open',
      'invoice_not_draft',
      'invoice_not_open',
      'credit_exceeds_invoice',
      'invoice_not_found',
    ]);
    expect(await refused({ invoiceId, action: 'credit', to: 'balance' })).toBe('active');
  });
});
