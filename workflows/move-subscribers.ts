import { continueAsNew } from '@temporalio/workflow';
import { clocks } from './activities';
import type { MoveSubscribersInput } from './messages';

/** History is begun anew after this many batches. */
const batchesPerRun = 200;

/**
 * Moves every subscriber of one version of a plan to another, at their next boundary. Each is asked
 * through its own workflow; one that refuses (it has ended, or has the plan no more) is passed over.
 * How many will move.
 */
export async function moveSubscribers(input: MoveSubscribersInput): Promise<{ moved: number }> {
  let { after, moved = 0 } = input;
  for (let batch = 0; batch < batchesPerRun; batch += 1) {
    const done = await clocks.moveSubscribers({ ...input, after });
    moved += done.moved;
    if (done.last === undefined) return { moved };
    after = done.last;
  }
  return continueAsNew<typeof moveSubscribers>({
    ...input,
    moved,
    ...(after === undefined ? {} : { after }),
  });
}
