import { z } from 'zod';
import { QueryTypes } from 'sequelize';
import { dashboardOf } from '../support/dashboard';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { eventually } from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

/** The world of a file of adverse tests: whoever imports this gets one of their own, calm before each test. */
export let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterEach(() => world.sandbox.control.calm());
afterAll(() => world.close());

export const handle = (id: string) =>
  world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));
export const stripe = () => dashboardOf(world.config);

/** Stores every event that Stripe has of an intent, as the webhook's route does. */
export async function deliverEvents(intentId: string): Promise<void> {
  const { data } = await stripe().events.list({ limit: 100 });
  for (const event of data) {
    const { id, type } = event;
    const about = z.object({ id: z.string() }).safeParse(event.data.object).data;
    if (about?.id !== intentId || (await world.database.webhookEvents.findByPk(id))) continue;
    const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(event)));
    await world.database.webhookEvents.create({ id, type, payload });
  }
}

/** Waits until everything that Stripe said of an intent was acted on. */
export const settled = (intentId: string) =>
  eventually(
    'the events are settled',
    async () => {
      const [left] = await world.database.sequelize.query<{ count: string }>(
        `select count(*) from webhook_events
         where status = 'received' and payload->'data'->'object'->>'id' = :intentId`,
        { replacements: { intentId }, type: QueryTypes.SELECT },
      );
      return left?.count === '0';
    },
    // One that could not be dispatched at the first try is tried again after twenty seconds.
    30_000,
  );
