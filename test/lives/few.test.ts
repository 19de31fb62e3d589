import type { Ground } from './life';
import { liveAll, openGround, seedsToLive } from './run';

let ground: Ground & { close(): Promise<void> };
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

it(
  'a few random lives go as the model says: row, workflow, invoices, periods and ledger',
  async () => {
    expect(await liveAll(ground, seedsToLive(12))).toEqual([]);
  },
  // One alone that goes wrong is lived again with fewer and fewer operations.
  10 * 60_000,
);
