import { Op } from 'sequelize';
import type Stripe from 'stripe';
import { z } from 'zod';
import { mirroredId } from '../../activities/mirror/mirrored-id';
import type { SubscriptionRecord, StripePaymentRecord } from '../../activities/ports/records';
import { dashboardOf } from './dashboard';
import type { Sandbox } from '../../sandbox';
import type { Customer, Reply } from './api';
import { eventually } from './customers';
import type { Stage } from './story';
import { webhookSecret, type World } from './world';

/** A stage, or a world without an API. */
type OfWorld = Pick<Stage, 'world'>;
type Terms = Partial<Parameters<Sandbox['control']['createSubscription']>[0]>;

/** The six kinds of event that the second of the two Django systems handled. */
export const handledTypes = [
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.trial_will_end',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
];

/** A customer who is known at Stripe, with a card that works. */
export async function customerAtStripe({ api, world }: Stage): Promise<Customer & { cus: string }> {
  const customer = await api.signUp();
  const card = { payment_method_id: 'pm_card_visa' };
  const saved = await api.post('/api/v1/payment-methods', card, customer.access);
  if (saved.status >= 300) throw new Error(JSON.stringify(saved.body));
  const row = await world.database.users.findByPk(customer.id, { rejectOnEmpty: true });
  const cus = row.get({ plain: true }).stripeCustomerId;
  if (cus === null) throw new Error('The customer is unknown at Stripe.');
  return { ...customer, cus };
}

/** A customer's subscription that Stripe runs: $10.00 a month, by a card that works. */
export async function begunAtStripe(stage: Stage, terms: Terms = {}) {
  const customer = await customerAtStripe(stage);
  return { ...(await subscribedAtStripe(stage, customer, terms)), customer };
}

/** The same of a certain customer. */
export async function subscribedAtStripe(
  { world }: OfWorld,
  { cus }: { cus: string },
  terms: Terms = {},
) {
  const { id: sub } = await world.sandbox.control.createSubscription({
    customer: cus,
    price: 'price_basic_monthly',
    amount: 1000,
    paymentMethod: 'pm_card_visa',
    ...terms,
  });
  return { sub, id: mirroredId(sub) };
}

/** The events of a subscription of Stripe's and of its invoices, oldest first. */
export async function eventsOf(
  { world }: OfWorld,
  sub: string,
  types = handledTypes,
): Promise<Stripe.Event[]> {
  const { data } = await dashboardOf(world.config).events.list({ limit: 100, types });
  const about = data.filter((event) => JSON.stringify(event.data.object).includes(`"${sub}"`));
  return about.toReversed();
}

/** Delivers an event as Stripe does, to the path of the second system. */
export async function deliver({ api, world }: Stage, event: object): Promise<Reply> {
  const payload = JSON.stringify(event);
  const signature = dashboardOf(world.config).webhooks.generateTestHeaderString({
    payload,
    secret: webhookSecret,
  });
  const headers = { 'Stripe-Signature': signature };
  return api.call('POST', '/api/webhooks/stripe/', { body: payload, headers });
}

/** Delivers events one after the other, each once the one before was acted on. */
export async function deliverInTurn(stage: Stage, events: readonly Stripe.Event[]): Promise<void> {
  for (const event of events) {
    await deliver(stage, event);
    await settledEvent(stage, event.id);
  }
}

/** Stores events as the webhook's route does. */
export async function storeEvents(
  { database }: Pick<World, 'database'>,
  events: readonly Stripe.Event[],
): Promise<void> {
  for (const event of events) {
    const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(event)));
    await database.webhookEvents.create({ id: event.id, type: event.type, payload });
  }
}

/** What became of an event, once something has. */
export const settledEvent = ({ world }: OfWorld, id: string) =>
  eventually(
    `the event ${id} is settled`,
    async () => {
      const row = (await world.database.webhookEvents.findByPk(id))?.get({ plain: true });
      return row === undefined || row.status === 'received' ? undefined : row;
    },
    30_000,
  );

/** Everything that Stripe has told is acted on, but for new cards, which are looked at after a while. */
export const allSettled = ({ world }: OfWorld) =>
  eventually(
    'all events are settled',
    async () => {
      const where = { status: 'received', type: { [Op.notLike]: 'payment_method.%' } } as const;
      return (await world.database.webhookEvents.count({ where })) === 0;
    },
    30_000,
  );

export async function mirrorRow(
  { world }: Stage,
  id: string,
): Promise<SubscriptionRecord | undefined> {
  return (await world.database.subscriptions.findByPk(id))?.get({ plain: true });
}

/** The payments that are mirrored of one subscription, oldest first. */
export async function mirroredPayments(
  { world }: Stage,
  subscriptionId: string,
): Promise<StripePaymentRecord[]> {
  const rows = await world.database.stripePayments.findAll({
    where: { subscriptionId },
    order: [
      ['createdAt', 'ASC'],
      ['stripeInvoiceId', 'ASC'],
    ],
  });
  return rows.map((row) => row.get({ plain: true }));
}
