import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Customer, expectStatus, type Places, type Promised } from './customers';

/** One customer's way through the product, from sign-up to what they were promised in the end. */
export type Story = (places: Places) => Promise<Promised>;

const id = z.object({ id: z.string() });
const clockStart = new Date('2026-01-31T10:00:00.000Z');

/** Months after the clock's start, at a time of day at which nothing is due. */
function monthsOn(months: number, days = 0): Date {
  const at = new Date(clockStart);
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months + 1);
  at.setUTCDate(1 + days);
  at.setUTCHours(18);
  return at;
}

function promised(
  story: string,
  { userId }: Customer,
  subscriptionId: string,
  cycles: number,
  status: Promised['status'] = 'active',
): Promised {
  return { story, userId, subscriptionId, status, cycles };
}

/** Pays with a card. */
export const cardHolder: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const { id: subscriptionId } = await customer.subscribe();
  return promised('card holder', customer, subscriptionId, 1);
};

/** Uses the first system's call, and pays by the client secret. */
export const invoicePayer: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const body = { plan: await customer.plan() };
  const answer = await customer.post('/api/billing/subscriptions/', body, randomUUID());
  const { id: subscriptionId } = id.parse(expectStatus(answer, 201).body);
  await customer.payByClientSecret(subscriptionId);
  return promised('invoice payer', customer, subscriptionId, 1);
};

/** Uses the second system's call. */
export const secondSystemsClient: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const body = { plan_id: await customer.plan('Pro'), payment_method_id: 'pm_card_mastercard' };
  const answer = await customer.post('/api/subscriptions/create/', body, randomUUID());
  const made = z.object({ subscription: id }).parse(expectStatus(answer, 201).body);
  return promised('second system’s client', customer, made.subscription.id, 1);
};

/** Must prove to the bank who they are. */
export const authenticating: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const { id: subscriptionId } = await customer.subscribe({
    payment_method_id: 'pm_card_authenticationRequired',
  });
  await customer.authenticate(subscriptionId);
  return promised('authenticating customer', customer, subscriptionId, 1);
};

/** Cancels at the period's end, changes their mind, and cancels at once. */
export const leaver: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const { id: subscriptionId } = await customer.subscribe();
  const path = `/api/v1/subscriptions/${subscriptionId}`;
  expectStatus(await customer.post(`${path}/cancel`, { at_period_end: true }), 200);
  // 409: it was taken back, and only the answer was lost.
  expectStatus(await customer.post(`${path}/reactivate`, {}), 200, 409);
  expectStatus(await customer.post(`${path}/cancel`, { at_period_end: false }), 200, 409);
  return promised('leaver', customer, subscriptionId, 1, 'canceled');
};

/** Lives through months on a test clock, one at a time. */
export const timeTraveller: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const clock = await customer.clock(clockStart);
  const { id: subscriptionId } = await customer.subscribe({ test_clock: clock });
  for (const months of [1, 2, 3, 4]) await customer.advance(clock, monthsOn(months));
  return promised('time traveller', customer, subscriptionId, 5);
};

/** Their card fails at the first renewal, and recovers days later. */
export const latePayer: Story = async (places) => {
  const customer = await Customer.signUp(places);
  const clock = await customer.clock(clockStart);
  const { id: subscriptionId } = await customer.subscribe({ test_clock: clock });
  await customer.cardBecomes('pm_card_chargeCustomerFail');
  await customer.advance(clock, monthsOn(1));
  await customer.cardBecomes('pm_card_visa');
  await customer.advance(clock, monthsOn(1, 6));
  await customer.advance(clock, monthsOn(2));
  return promised('late payer', customer, subscriptionId, 3);
};
