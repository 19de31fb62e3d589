import { QueryTypes } from 'sequelize';
import Stripe from 'stripe';
import { subjectOf } from '../activities/stripe-event';
import type { Database } from '../db/database';
import { receivedEvent, storeEvents } from '../db/repositories/webhook-events';

/** How often Stripe is asked, by all workers together. */
export const eventPollMilliseconds = 3_000;

const pageSize = 100;
/** The first time. */
const firstSeconds = 3 * 86_400;
/** All that Stripe keeps: when it has forgotten the event from which to go on, so much may have been missed. */
const keptSeconds = 30 * 86_400;
/** Stripe does not promise that no event comes to stand before one that was seen: looked at again for so long, */
const overlapSeconds = 15 * 60;
/** this often. */
const overlapEveryMilliseconds = 60_000;

/** Our one account; the row's key. */
const source = 'stripe';

/**
 * Fetches Stripe's events where it can't reach us by webhooks, into the same table: what comes of them
 * is the same (I7). The position is written after the rows before it, so that a crash fetches some
 * again; they are stored once. Several workers take turns, and do no harm when they don't.
 */
export function createEventPoller(deps: { database: Database; stripe: Stripe }) {
  const { database, stripe } = deps;
  let overlapAt = 0;

  const store = (events: readonly Stripe.Event[]) =>
    storeEvents(
      database,
      events.flatMap((event) => {
        const received = receivedEvent(event);
        return received === undefined || subjectOf(received) === undefined ? [] : [received];
      }),
    );

  const keepPosition = (lastEventId: string | null) =>
    database.eventPolls.update({ lastEventId }, { where: { source } });

  /** All that came after `lastEventId`, a page after the other, the oldest page first. */
  const fetchAfter = async (lastEventId: string) => {
    let position = lastEventId;
    for (;;) {
      const page = await stripe.events.list({ ending_before: position, limit: pageSize });
      const [newest] = page.data;
      if (newest === undefined) return;
      await store(page.data);
      position = newest.id;
      await keepPosition(position);
      if (!page.has_more) return;
    }
  };

  /** All that is younger than so many seconds, the newest page first; the newest one. */
  const fetchYounger = async (seconds: number): Promise<string | undefined> => {
    const created = { gte: Math.floor(Date.now() / 1_000) - seconds };
    let newest: string | undefined;
    let after: string | undefined;
    for (;;) {
      const page = await stripe.events.list({
        created,
        limit: pageSize,
        ...(after === undefined ? {} : { starting_after: after }),
      });
      await store(page.data);
      newest ??= page.data[0]?.id;
      after = page.data.at(-1)?.id;
      if (!page.has_more || after === undefined) return newest;
    }
  };

  return {
    /** Fetches what is new, if it is our turn. Always 0: there is nothing more before the next turn. */
    async workOff(): Promise<number> {
      const turn = await takeTurn(database);
      if (turn === undefined) return 0;
      const { lastEventId } = turn;
      if (lastEventId === null) {
        await keepPosition((await fetchYounger(firstSeconds)) ?? null);
        return 0;
      }
      if (Date.now() >= overlapAt) {
        await fetchYounger(overlapSeconds);
        overlapAt = Date.now() + overlapEveryMilliseconds;
      }
      try {
        await fetchAfter(lastEventId);
      } catch (error) {
        if (!isForgotten(error)) throw error;
        await keepPosition((await fetchYounger(keptSeconds)) ?? null);
      }
      return 0;
    },
  };
}

/** Where to go on, for one worker at a time. */
async function takeTurn({
  sequelize,
}: Database): Promise<{ lastEventId: string | null } | undefined> {
  const [turn] = await sequelize.query<{ lastEventId: string | null }>(
    `insert into event_polls (source, polled_at) values (:source, now())
     on conflict (source) do update set polled_at = now()
       where event_polls.polled_at <= now() - make_interval(secs => :seconds)
     returning last_event_id as "lastEventId"`,
    {
      // A little less, so that the one who asked last is not always a moment too early.
      replacements: { source, seconds: (eventPollMilliseconds - 200) / 1_000 },
      type: QueryTypes.SELECT,
    },
  );
  return turn;
}

const isForgotten = (error: unknown) =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
