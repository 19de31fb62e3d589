import type { Ground } from './life';
import { liveAll, openGround, seedsToLive } from './run';

let ground: Ground & { close(): Promise<void> };
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

it(
  'two hundred random lives go as the model says: row, workflow, invoices, periods and ledger',
  async () => {
    expect(await liveAll(ground, seedsToLive(200), { withAnswers: true })).toEqual([]);
  },
  30 * 60_000,
);
