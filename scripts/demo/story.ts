import { DemoError, until, type EverbillClient, type Plan } from './everbill-client';
import { mailsTo, type Mail } from './inbox';
import { paper } from './paper';

/** The cards are Stripe's test cards: https://docs.stripe.com/testing */
const goodCard = 'pm_card_visa';
const failingCard = 'pm_card_chargeCustomerFail';
const anotherGoodCard = 'pm_card_mastercard';

/** The last days of twelve months, 09:00 UTC: a subscription that began on one keeps to them. */
export const periodStarts = Array.from({ length: 12 }, (_, month) =>
  new Date(Date.UTC(2026, month + 1, 0, 9)).toISOString(),
);

/** On 31 May, and then 1 and 3 days after the first: the fourth retry finds another card. */
export const declines = 3;

const canceledAt = '2027-01-15T09:00:00.000Z';
const lastPeriodEnd = '2027-01-31T09:00:00.000Z';

/** Of the last period, 16 of 31 days are paid and not used; rounded half up to a minor unit. */
export function unusedCredit({ amount }: Plan): number {
  const [start, at, end] = [periodStarts.at(-1) ?? '', canceledAt, lastPeriodEnd].map(Date.parse);
  if (start === undefined || at === undefined || end === undefined) return 0;
  return Math.floor((2 * amount * (end - at) + (end - start)) / (2 * (end - start)));
}

/** Who lives through the year, and where their mail can be read, if it can. */
export interface Scene {
  client: EverbillClient;
  plan: Plan;
  email: string;
  inboxUrl: string | undefined;
}

/** Plays the year and tells it as it goes. Answers the subscription's id. */
export async function playYear({ client, plan, email, inboxUrl }: Scene): Promise<string> {
  const [begin = ''] = periodStarts;
  const clock = await client.makeClock(begin);
  let now = begin;
  const passUntil = async (date: string) => {
    now = `${date}T09:00:00.000Z`;
    await client.advanceClock(clock, now);
  };

  const { id } = await client.subscribe({
    planId: plan.id,
    paymentMethodId: goodCard,
    testClock: clock,
  });
  const narrator = new Narrator({ client, id, email, inboxUrl });
  const chapter = async (
    text: string,
    statusAtItsEnd: string,
    ...acts: (() => Promise<unknown>)[]
  ) => {
    paper.heading(now, text);
    for (const act of acts) await act();
    await until(`the subscription to be ${statusAtItsEnd}`, async () => {
      return (await client.subscription(id)).status === statusAtItsEnd;
    });
    await narrator.catchUp();
  };

  await chapter(`Mia subscribes to ${plan.name} and pays by card.`, 'active');
  await chapter('Months go by.', 'active', () => passUntil('2026-05-15'));
  await chapter(
    'Her new card is one that the bank will decline.',
    'past_due',
    () => client.useCard(failingCard),
    () => passUntil('2026-06-04'),
  );
  await chapter('She saves a good card: it is charged at once.', 'active', () =>
    client.useCard(anotherGoodCard),
  );
  await chapter('Summer goes by.', 'active', () => passUntil('2026-10-10'));
  await chapter('She cancels, at the end of the period.', 'active', () => client.cancel(id, true));
  await chapter('Days go by.', 'active', () => passUntil('2026-10-20'));
  await chapter('She thinks again, and stays.', 'active', () => client.reactivate(id));
  await chapter('The year comes to its end.', 'active', () => passUntil(canceledAt.slice(0, 10)));
  await chapter('She cancels at once.', 'canceled', () => client.cancel(id, false));
  await chapter('A quarter later: nothing more was billed.', 'canceled', () =>
    passUntil('2027-04-15'),
  );
  return id;
}

/** Tells what is new since it was last asked. */
class Narrator {
  #toldEvents = 0;
  #toldMails = 0;

  constructor(
    readonly about: {
      client: EverbillClient;
      id: string;
      email: string;
      inboxUrl: string | undefined;
    },
  ) {}

  async catchUp(): Promise<void> {
    const { client, id } = this.about;
    const events = await client.timeline(id);
    for (const event of events.slice(this.#toldEvents)) paper.happened(event);
    if (events.length === this.#toldEvents) paper.remark('Nothing was due.');
    this.#toldEvents = events.length;
    const mails = await this.#settledMails();
    for (const mail of mails.slice(this.#toldMails)) paper.mailed(mail);
    this.#toldMails = mails.length;
  }

  /** Mails follow what they announce by a moment: the inbox is read until it stands still. */
  async #settledMails(): Promise<Mail[]> {
    const { email, inboxUrl } = this.about;
    if (inboxUrl === undefined) return [];
    let [before, mails] = [-1, await mailsTo(inboxUrl, email)];
    const isStill = async () => {
      before = mails.length;
      await new Promise((resolve) => setTimeout(resolve, 250));
      mails = await mailsTo(inboxUrl, email);
      return mails.length === before;
    };
    await until('the inbox to stand still', isStill);
    return mails;
  }
}

/** The plan that Mia takes. @throws DemoError when it is not on offer */
export async function planOfTheStory(client: EverbillClient): Promise<Plan> {
  const plans = await client.plans();
  const found = plans.find(
    ({ name, interval, interval_count: count }) =>
      name === 'Pro' && interval === 'month' && count === 1,
  );
  if (found === undefined) throw new DemoError('There is no monthly plan Pro to tell a year of.');
  return found;
}
