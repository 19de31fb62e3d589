import { z } from 'zod';
import { eventually } from '../support/customers';
import {
  begin,
  brokenCard,
  goodCard,
  openStage,
  planWith,
  type Life,
  type Stage,
} from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
});
afterAll(() => stage.close());

const april = '2026-04-01T00:00:00Z';

/** A subscription over 10.00 USD a month from 1 April, whose card is broken before May. */
async function failingFrom(changes: Parameters<typeof planWith>[1] = {}): Promise<Life> {
  const life = await begin(stage, { at: april, plan_id: await planWith(stage, changes) });
  await life.useCard(brokenCard);
  return life;
}

const mails = z.array(z.object({ subject: z.string(), text: z.string(), to: z.array(z.string()) }));

/** What has arrived in the customer's inbox, oldest first, once all that was written has been sent. */
async function inbox({ customer }: Life) {
  const { emails } = stage.world.database;
  await eventually('the outbox is empty', async () => {
    const waiting = await emails.count({ where: { userId: customer.id, status: 'queued' } });
    return waiting === 0;
  });
  const query = new URLSearchParams({ to: customer.email, limit: '1000' });
  const response = await fetch(`${stage.world.mailUrl}/api/messages?${query.toString()}`);
  return mails.parse(await response.json()).toReversed();
}

const days = (attempts: { at: string; status: string }[]) =>
  attempts.map(({ at, status }) => `${at.slice(0, 10)} ${status}`);

const statusOf = async (life: Life) => (await life.get()).body.status;

describe('a card that stops working', () => {
  it('is tried on its days, each with a mail, until a new card makes everything right', async () => {
    const life = await failingFrom();
    await life.advance('2026-05-01T00:00:00Z');
    const failing = (await life.invoices())[1];
    expect([await statusOf(life), failing.next_attempt_at]).toEqual([
      'past_due',
      '2026-05-02T00:00:00.000Z',
    ]);
    expect((await life.get()).body.next_event).toEqual({
      type: 'payment_attempt',
      at: '2026-05-02T00:00:00.000Z',
    });

    await life.advance('2026-05-05T00:00:00Z');
    const [, tried] = await life.invoices();
    expect(days(tried.attempts)).toEqual([
      '2026-05-01 failed',
      '2026-05-02 failed',
      '2026-05-04 failed',
    ]);
    expect(tried.next_attempt_at).toBe('2026-05-06T00:00:00.000Z');

    await life.useCard(goodCard);
    await eventually('it is active again', async () => (await statusOf(life)) === 'active');
    const [, paid] = await life.invoices();
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 1000, next_attempt_at: null });
    expect(days(paid.attempts).slice(3)).toEqual(['2026-05-05 succeeded']);

    await life.advance('2026-06-01T00:00:00Z');
    const subjects = (await inbox(life)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => /failed|did not go through/i.test(subject))).toHaveLength(
      3,
    );
    expect(subjects.filter((subject) => /receipt|paid/i.test(subject))).toHaveLength(3);
    expect((await life.invoices()).map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
  });

  it('is told of each time, with the reason, the next attempt and what happens in the end', async () => {
    const life = await failingFrom();
    await life.advance('2026-05-09T00:00:00Z');
    const mailed = await inbox(life);
    const failures = mailed.filter(({ subject }) => subject.startsWith('Payment failed'));
    const promises = failures.map(
      ({ text }) => /We will (?:try again on [\w ]+|not try again)/.exec(text)?.[0],
    );
    expect(promises).toEqual([
      'We will try again on May 2',
      'We will try again on May 4',
      'We will try again on May 6',
      'We will try again on May 8',
      'We will not try again',
    ]);
    for (const { text, to } of failures) {
      expect(to).toEqual([life.customer.email]);
      expect(text).toContain('Visa ending in 0341');
      expect(text).toContain('Your bank declined the payment');
      expect(text).toContain('May 8, 2026');
    }
    expect(mailed.at(-1)?.subject).toBe('Your Basic subscription has ended');
  });
});

describe('when nobody pays until the end of the schedule', () => {
  const untilTheEnd = async (finalAction: 'cancel' | 'unpaid' | 'leave_past_due') => {
    const life = await failingFrom({ dunning: { retryDays: [1, 2], finalAction } });
    await life.advance('2026-07-01T00:00:00Z');
    const invoices = await life.invoices();
    return {
      life,
      status: await statusOf(life),
      invoices: invoices.map(({ status }) => status),
      attempts: days(invoices[1].attempts),
    };
  };
  const attempts = ['2026-05-01 failed', '2026-05-02 failed', '2026-05-03 failed'];

  it('the subscription is canceled, where the plan says so, and no invoice follows', async () => {
    const { life, ...end } = await untilTheEnd('cancel');
    expect(end).toEqual({ status: 'canceled', invoices: ['paid', 'uncollectible'], attempts });
    expect((await life.get()).body).toMatchObject({ ended_at: '2026-05-03T00:00:00.000Z' });
    expect((await life.story()).at(-1)).toMatch(/stayed unpaid.*the subscription was canceled/);
  });

  it('or it is unpaid: later invoices are drafts, which a new card issues and pays with the rest', async () => {
    const { life, ...end } = await untilTheEnd('unpaid');
    expect(end).toEqual({
      status: 'unpaid',
      invoices: ['paid', 'open', 'draft', 'draft'],
      attempts,
    });
    await life.useCard(goodCard);
    const allPaid = async () => (await life.invoices()).every(({ status }) => status === 'paid');
    await eventually('all is paid', allPaid);
    expect(await statusOf(life)).toBe('active');
  });

  it('or it stays past due: it goes on, and each invoice can still be paid', async () => {
    const { life, ...end } = await untilTheEnd('leave_past_due');
    expect(end).toEqual({
      status: 'past_due',
      invoices: ['paid', 'open', 'open', 'open'],
      attempts,
    });
    await life.useCard(goodCard);
    await eventually('it is active again', async () => (await statusOf(life)) === 'active');
    const statuses = (await life.invoices()).map(({ status }) => status);
    expect(statuses).toEqual(['paid', 'paid', 'paid', 'paid']);
  });
});

describe('a decline that another attempt would not mend', () => {
  /** The renewal of May meets this decline; the attempts that were made by 20 May. */
  const renewalMeeting = async (code: string, declineCode: string, method = goodCard) => {
    const life = await begin(stage, { at: april, plan_id: await planWith(stage, {}) });
    if (method !== goodCard) await life.useCard(method);
    const { stripeCustomerId } = await customerAtStripe(life);
    stage.world.sandbox.control.failNextPayment({ code, declineCode, customer: stripeCustomerId });
    await life.advance('2026-05-01T00:00:00Z');
    return life;
  };
  const customerAtStripe = async ({ customer }: Life) => {
    const row = await stage.world.database.users.findByPk(customer.id, { rejectOnEmpty: true });
    return { stripeCustomerId: row.get({ plain: true }).stripeCustomerId ?? '' };
  };

  it.each([
    ['card_declined', 'lost_card'],
    ['card_declined', 'stolen_card'],
    ['expired_card', 'expired_card'],
    ['incorrect_cvc', 'incorrect_cvc'],
  ])('%s (%s) is not tried again, and the mail asks for another card', async (code, reason) => {
    const life = await renewalMeeting(code, reason);
    const [, failing] = await life.invoices();
    expect(failing).toMatchObject({ status: 'open', next_attempt_at: null });
    await life.advance('2026-05-07T00:00:00Z');
    expect(days((await life.invoices())[1].attempts)).toEqual(['2026-05-01 failed']);
    const mail = (await inbox(life)).find(({ subject }) => subject.startsWith('Payment failed'));
    expect(mail?.text).toContain('We will not try again by ourselves.');
    await life.advance('2026-05-09T00:00:00Z');
    expect(await statusOf(life)).toBe('canceled');
    const reminders = (await inbox(life)).filter(({ subject }) => subject.startsWith('Reminder'));
    expect(reminders.map(({ text }) => text.includes('canceled'))).toEqual([true, true, true]);
    expect((await life.story()).filter((line) => /remind/i.test(line))).toHaveLength(3);
  });

  it.each([
    ['card_declined', 'insufficient_funds'],
    ['card_declined', 'generic_decline'],
    ['processing_error', 'processing_error'],
  ])('but %s (%s) is, and the next attempt makes it right', async (code, reason) => {
    const life = await renewalMeeting(code, reason);
    expect(await statusOf(life)).toBe('past_due');
    await life.advance('2026-05-02T00:00:00Z');
    expect(await statusOf(life)).toBe('active');
    expect(days((await life.invoices())[1].attempts)).toEqual([
      '2026-05-01 failed',
      '2026-05-02 succeeded',
    ]);
  });

  it('a card that must be authenticated is, by a mail with the way to do it', async () => {
    const life = await begin(stage, { at: april, plan_id: await planWith(stage, {}) });
    await life.useCard('pm_card_authenticationRequired');
    await life.advance('2026-05-01T00:00:00Z');
    const [, failing] = await life.invoices();
    expect([await statusOf(life), failing.next_attempt_at]).toEqual(['past_due', null]);
    const subjects = (await inbox(life)).map(({ subject }) => subject);
    expect(subjects.at(-1)).toMatch(/confirm|approve|authenticat/i);
  });
});

describe('a bank debit', () => {
  /** A subscription whose renewal of May is on its way from the bank. */
  const onItsWay = async (): Promise<{ life: Life; intentId: string }> => {
    const life = await begin(stage, { at: april, plan_id: await planWith(stage, {}) });
    await life.useCard('pm_usBankAccount_processing');
    await life.advance('2026-05-01T00:00:00Z');
    const [, { id }] = await life.invoices();
    const row = await stage.world.database.invoices.findByPk(id, { rejectOnEmpty: true });
    return { life, intentId: row.get({ plain: true }).stripePaymentIntentId ?? '' };
  };

  it('leaves the subscription active while the bank is at it, and is paid days later', async () => {
    const { life, intentId } = await onItsWay();
    await life.advance('2026-05-05T00:00:00Z');
    const [, processing] = await life.invoices();
    expect([await statusOf(life), processing.status, days(processing.attempts)]).toEqual([
      'active',
      'open',
      ['2026-05-01 processing'],
    ]);
    await stage.world.sandbox.control.settlePayment(intentId, 'succeed');
    const paid = async () => (await life.invoices())[1].status === 'paid';
    await eventually('the money has come', paid);
    expect(await statusOf(life)).toBe('active');
  });

  it('that fails late makes it past due then, and the schedule begins on that day', async () => {
    const { life, intentId } = await onItsWay();
    await life.advance('2026-05-05T00:00:00Z');
    await stage.world.sandbox.control.settlePayment(intentId, 'fail');
    await eventually('it is past due', async () => (await statusOf(life)) === 'past_due');
    expect((await life.invoices())[1].next_attempt_at).toBe('2026-05-06T00:00:00.000Z');
    await life.useCard(goodCard);
    await eventually('it is active again', async () => (await statusOf(life)) === 'active');
  });

  it('can’t be taken back or paid again by card while it is on its way', async () => {
    const { life, intentId } = await onItsWay();
    const [, { id }] = await life.invoices();
    await life.useCard(goodCard);
    const again = await stage.api.post(`/api/v1/invoices/${id}/pay`, {}, life.customer.access);
    expect(again.status).toBe(409);
    await stage.world.sandbox.control.settlePayment(intentId, 'succeed');
    await eventually('it is paid', async () => (await life.invoices())[1].status === 'paid');
    expect((await life.invoices())[1]).toMatchObject({ amount_paid: 1000, amount_refunded: 0 });
  });
});
