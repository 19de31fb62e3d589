import { randomUUID } from 'node:crypto';
import type { PaymentMethodRecord, SubscriptionRecord } from '../../activities/ports/records';
import { announceExpiringCards } from '../../worker/expiring-cards';
import { openBillingGround, type BillingGround } from './fixture';

let ground: BillingGround;
beforeAll(async () => {
  ground = await openBillingGround();
});
afterAll(() => ground.close());

const start = '2026-12-15T00:00:00.000Z';
const firstOfMarch = '2027-03-01T00:00:00.000Z';

/** A customer whose subscription is charged by a card that works to the end of March 2027. */
async function charged({
  card = {},
  subscription = {},
}: {
  card?: Partial<PaymentMethodRecord>;
  subscription?: Partial<SubscriptionRecord>;
} = {}) {
  const row = await ground.subscription(await ground.plan(), start, subscription);
  const id = `pm_${randomUUID().replaceAll('-', '')}`;
  const dates = { expMonth: 3, expYear: 2027, isDefault: true };
  const looks = { type: 'card', brand: 'visa', last4: '4242' };
  await ground.database.paymentMethods.create({
    id,
    userId: row.userId,
    ...looks,
    ...dates,
    ...card,
  });
  return { id, userId: row.userId, subscriptionId: row.id };
}

async function mailsAbout({ id }: { id: string }) {
  const rows = await ground.database.emails.findAll({ where: { thing: id } });
  return rows.map((row) => row.get({ plain: true }));
}

const announce = (now: string) => announceExpiringCards(ground.database, now);

describe('whoever is charged by a card that expires', () => {
  it('is told in its last month, once', async () => {
    const card = await charged();
    await announce('2027-02-28T23:59:59.999Z');
    expect(await mailsAbout(card)).toEqual([]);
    expect(await announce(firstOfMarch)).toBe(1);
    const mails = await mailsAbout(card);
    expect(mails).toMatchObject([
      {
        kind: 'card_expiring',
        occasion: '2027-03',
        userId: card.userId,
        subscriptionId: card.subscriptionId,
        status: 'queued',
        data: { card: { brand: 'visa', last4: '4242' }, exp_month: 3, exp_year: 2027 },
      },
    ]);
    expect(await announce('2027-03-02T00:00:00.000Z')).toBe(0);
    expect(await announce('2027-03-31T23:59:59.999Z')).toBe(0);
    expect(await mailsAbout(card)).toEqual(mails);
  });

  it('is told once by several workers at once', async () => {
    const card = await charged();
    await Promise.all([1, 2, 3, 4].map(() => announce(firstOfMarch)));
    expect(await mailsAbout(card)).toHaveLength(1);
  });

  it('is told again in the last month of the renewed card', async () => {
    const card = await charged();
    await announce(firstOfMarch);
    await ground.database.paymentMethods.update({ expYear: 2031 }, { where: { id: card.id } });
    await announce('2027-03-05T00:00:00.000Z');
    await announce('2031-03-01T00:00:00.000Z');
    const occasions = (await mailsAbout(card)).map(({ occasion }) => occasion);
    expect(occasions.toSorted()).toEqual(['2027-03', '2031-03']);
  });

  it('is not told late, when the month is over', async () => {
    const card = await charged();
    await announce('2027-04-01T00:00:00.000Z');
    expect(await mailsAbout(card)).toEqual([]);
    await announce('2028-03-01T00:00:00.000Z');
    expect(await mailsAbout(card)).toEqual([]);
  });

  it.each<[string, Parameters<typeof charged>[0]]>([
    ['is charged by another card', { card: { isDefault: false } }],
    ['has removed it', { card: { detachedAt: start, isDefault: false } }],
    ['pays by bank debit', { card: { type: 'sepa_debit', brand: null } }],
    ['pays invoices', { subscription: { collectionMethod: 'send_invoice' } }],
    ['has canceled', { subscription: { status: 'canceled', endedAt: start } }],
    ['is about to leave', { subscription: { cancelAtPeriodEnd: true } }],
    ['is charged by Stripe', { subscription: { managedBy: 'stripe', externalId: 'sub_1' } }],
  ])('hears nothing who %s', async (_who, given) => {
    const card = await charged(given);
    await announce(firstOfMarch);
    expect(await mailsAbout(card)).toEqual([]);
  });
});
