import type { MoveSubscribersInput } from '../workflows/messages';
import type { Subscribers } from './ports/subscribers';

const batch = 50;

/**
 * Asks the next few subscribers to move. Asked again after a crash it finds those that were to be
 * asked; one whose move is noted already notes it again, which changes nothing.
 */
export async function moveSubscribers(
  subscribers: Subscribers,
  { fromPlanId, toPlanId, notBefore, after }: MoveSubscribersInput,
): Promise<{ moved: number; last?: string }> {
  const ids = await subscribers.subscribersOf(fromPlanId, after, batch);
  let moved = 0;
  for (const id of ids) {
    const accepted = await subscribers.change(id, {
      planId: toPlanId,
      when: 'period_end',
      move: notBefore === undefined ? {} : { notBefore },
    });
    if (accepted) moved += 1;
  }
  const last = ids.length < batch ? undefined : ids.at(-1);
  return { moved, ...(last === undefined ? {} : { last }) };
}
