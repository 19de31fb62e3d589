import { randomUUID } from 'node:crypto';
import { ensureCustomer } from '../../activities/ensure-customer';
import { keepPaidCard } from '../../activities/keep-paid-card';
import { applyPaymentMethodEvent } from '../../activities/payment-method-events';
import { clientOf } from '../sandbox/fixture';
import { openBillingGround, type BillingGround } from './fixture';

let ground: BillingGround;
beforeAll(async () => {
  ground = await openBillingGround();
});
afterAll(() => ground.close());

const start = '2026-01-01T00:00:00.000Z';

const stripe = () => clientOf(ground.sandbox);

/** Somebody who is a customer at Stripe, too. */
async function customer() {
  const userId = await ground.customer();
  return { userId, stripeId: await ensureCustomer(ground, userId) };
}

/** Attaches a card at Stripe, of which our books hear nothing. */
const attach = async (customerId: string, token = 'pm_card_visa') =>
  (await stripe().paymentMethods.attach(token, { customer: customerId })).id;

/** An event that Stripe might send, however old or wrong its words; what became of it. */
async function hear(type: string, id: string) {
  const eventId = `evt_${randomUUID()}`;
  const payload = { data: { object: { id, customer: 'cus_made_up' } } };
  await ground.database.webhookEvents.create({ id: eventId, type, payload });
  const { tell } = await applyPaymentMethodEvent(ground, { eventId });
  const event = await ground.database.webhookEvents.findByPk(eventId, { rejectOnEmpty: true });
  return { tell, status: event.get({ plain: true }).status };
}
/** Which of them it is makes no difference: what is true is read again. */
const kinds = ['attached', 'updated', 'automatically_updated', 'detached'];
let heard = 0;
const hearOf = (id: string) => hear(`payment_method.${kinds[(heard += 1) % kinds.length]}`, id);
const hearOfSetup = (id: string) => hear('setup_intent.succeeded', id);

async function methodsOf(userId: string) {
  const rows = await ground.database.paymentMethods.findAll({
    where: { userId, detachedAt: null },
    order: [['createdAt', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }));
}

/** A subscription of theirs whose invoice could not be charged. */
async function pastDue(userId: string) {
  const plan = await ground.plan({ amountMinor: 1000n });
  const subscription = await ground.subscription(plan, start, { userId, status: 'past_due' });
  const invoice = await ground.bill(subscription, plan);
  await ground.database.invoices.update({ firstFailedAt: start }, { where: { id: invoice.id } });
  return { subscription, invoice };
}

/** Writes down that the card was tried, and in vain. */
const tried = (invoiceId: string, paymentMethodId: string) =>
  ground.database.paymentAttempts.create({
    id: randomUUID(),
    invoiceId,
    number: 1,
    status: 'failed',
    idempotencyKey: randomUUID(),
    paymentMethodId,
    amountMinor: 1000n,
    currency: 'usd',
    attemptedAt: start,
  });

describe('a payment method that was saved elsewhere', () => {
  it('is in the books once Stripe says so, and the default where there is none', async () => {
    const { userId, stripeId } = await customer();
    const first = await attach(stripeId);
    expect(await hearOf(first)).toEqual({ tell: [], status: 'done' });
    const second = await attach(stripeId, 'pm_card_mastercard');
    await hearOf(second);
    await hearOf(second);
    expect(await methodsOf(userId)).toMatchObject([
      { id: first, brand: 'visa', last4: '4242', isDefault: true },
      { id: second, brand: 'mastercard', last4: '4444', isDefault: false },
    ]);
  });

  it('of a customer whom nobody knows here changes nothing', async () => {
    const stranger = await stripe().customers.create({});
    expect(await hearOf(await attach(stranger.id))).toEqual({ tell: [], status: 'ignored' });
    expect(await hearOf('pm_unknown')).toEqual({ tell: [], status: 'ignored' });
    const loose = await stripe().paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 1, exp_year: 2040, cvc: '123' },
    });
    expect(await hearOf(loose.id)).toEqual({ tell: [], status: 'ignored' });
  });

  it('is tried at once on what is past due, and not again when nothing has changed', async () => {
    const { userId, stripeId } = await customer();
    const { subscription, invoice } = await pastDue(userId);
    const id = await attach(stripeId);
    expect((await hearOf(id)).tell).toEqual([subscription.id]);
    // The answer was lost on its way.
    expect((await hearOf(id)).tell).toEqual([subscription.id]);
    await tried(invoice.id, id);
    expect((await hearOf(id)).tell).toEqual([]);
    await ground.sandbox.control.renewCard(id, { exp_year: 2041 });
    expect((await hearOf(id)).tell).toEqual([subscription.id]);
  });
});

describe('a payment method that its bank has renewed', () => {
  it('has its new dates and number in the books, and stays the default', async () => {
    const { userId, stripeId } = await customer();
    const id = await attach(stripeId);
    await hearOf(id);
    await ground.sandbox.control.renewCard(id, { exp_month: 7, exp_year: 2042, last4: '0007' });
    await hearOf(id);
    expect(await methodsOf(userId)).toMatchObject([
      { id, expMonth: 7, expYear: 2042, last4: '0007', isDefault: true },
    ]);
  });
});

describe('a payment method that was removed elsewhere', () => {
  it('leaves the books, and the newest other one takes its place', async () => {
    const { userId, stripeId } = await customer();
    const [first, second, third] = [
      await attach(stripeId),
      await attach(stripeId),
      await attach(stripeId, 'pm_card_amex'),
    ];
    for (const id of [first, second, third]) await hearOf(id);
    await stripe().paymentMethods.detach(first);
    expect((await hearOf(first)).status).toBe('done');
    expect((await hearOf(first)).status).toBe('done');
    expect(await methodsOf(userId)).toMatchObject([
      { id: second, isDefault: false },
      { id: third, isDefault: true },
    ]);
  });

  it('heard of before it was saved stays out of the books', async () => {
    const { userId, stripeId } = await customer();
    const id = await attach(stripeId);
    await stripe().paymentMethods.detach(id);
    expect((await hearOf(id)).status).toBe('ignored');
    expect(await methodsOf(userId)).toEqual([]);
  });

  it('here, which Stripe has not heard of yet, is removed there', async () => {
    const { userId, stripeId } = await customer();
    const id = await attach(stripeId);
    await hearOf(id);
    await ground.inTransaction((unit) => unit.detachPaymentMethod(userId, id));
    await hearOf(id);
    expect(await methodsOf(userId)).toEqual([]);
    expect((await stripe().paymentMethods.retrieve(id)).customer).toBeNull();
  });
});

describe('a card that a customer set up, whose browser never came back', () => {
  async function setUp(customerId: string) {
    const { id } = await ground.payments.createSetupIntent({
      customerId,
      userId: 'none',
      idempotencyKey: randomUUID(),
    });
    await stripe().setupIntents.confirm(id, { payment_method: 'pm_card_visa' });
    const { paymentMethodId } = await ground.payments.retrieveSetupIntent(id);
    return { setupIntentId: id, card: paymentMethodId ?? '' };
  }

  it('is saved, and charged from then on in the place of an older one', async () => {
    const { userId, stripeId } = await customer();
    await hearOf(await attach(stripeId));
    const { setupIntentId, card } = await setUp(stripeId);
    await hearOf(card);
    await hearOfSetup(setupIntentId);
    const methods = await methodsOf(userId);
    expect(methods.filter(({ isDefault }) => isDefault)).toMatchObject([{ id: card }]);
    expect(methods).toHaveLength(2);
  });

  it('does not take the place of one that was chosen later', async () => {
    const { userId, stripeId } = await customer();
    const { setupIntentId, card } = await setUp(stripeId);
    await hearOfSetup(setupIntentId);
    const later = await attach(stripeId, 'pm_card_amex');
    await hearOf(later);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await ground.inTransaction((unit) => unit.makeDefault(userId, later));
    await hearOfSetup(setupIntentId);
    expect((await methodsOf(userId)).filter(({ isDefault }) => isDefault)).toMatchObject([
      { id: later },
    ]);
    expect(card).not.toBe(later);
  });

  it('and that is not set up yet is not saved', async () => {
    const { userId, stripeId } = await customer();
    const { id } = await ground.payments.createSetupIntent({
      customerId: stripeId,
      userId,
      idempotencyKey: randomUUID(),
    });
    expect((await hearOfSetup(id)).status).toBe('ignored');
    expect(await methodsOf(userId)).toEqual([]);
  });
});

describe('a card that an overdue invoice was paid with', () => {
  it('becomes the default, and the next overdue one is due at once', async () => {
    const { userId, stripeId } = await customer();
    const { subscription, invoice } = await pastDue(userId);
    const old = await attach(stripeId);
    await hearOf(old);
    await tried(invoice.id, old);
    const paid = await ground.charge(invoice, 'pm_card_mastercard');
    expect(paid).toMatchObject({ status: 'succeeded', savesPaymentMethod: true });
    const now = '2026-02-03T00:00:00.000Z';
    const keep = () => keepPaidCard(ground, { intent: paid, subscriptionId: subscription.id, now });
    const state = await keep();
    expect(state?.invoices).toMatchObject([{ id: invoice.id, attemptAt: now }]);
    const defaults = (await methodsOf(userId)).filter(({ isDefault }) => isDefault);
    expect(defaults).toMatchObject([{ id: paid.paymentMethodId, last4: '4444' }]);
    await keep();
    expect(await methodsOf(userId)).toHaveLength(2);
  });

  it('is not kept where the customer was not told that it would be', async () => {
    const { userId } = await customer();
    const { subscription, invoice } = await pastDue(userId);
    const paid = { ...(await ground.charge(invoice)), savesPaymentMethod: false };
    const about = { intent: paid, subscriptionId: subscription.id, now: start };
    expect(await keepPaidCard(ground, about)).toBeUndefined();
    expect(await methodsOf(userId)).toEqual([]);
  });
});
