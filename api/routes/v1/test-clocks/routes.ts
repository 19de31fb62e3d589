import { z } from 'zod';
import type { TestClockRecord } from '../../../../activities/ports/records';
import {
  advanceTestClock,
  createTestClock,
  deleteTestClock,
  keepAdvancing,
  ownTestClock,
  refuseUnlessAllowed,
} from '../../../commands/test-clocks';
import { byId, id, instant, instantInput } from '../../../http/fields';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { created, empty, noContent, ok, route } from '../../../http/route';

const tags = ['v1 test clocks'];

const testClock = z.object({
  id,
  frozen_time: instant,
  target_time: instant,
  status: z.enum(['ready', 'advancing']),
});
const oneRequest = z.object({ params: byId });
const time = z.strictObject({ frozen_time: instantInput });

/** Frozen times that are advanced by request: for customers in the sandbox, else for operators. */
export const testClockRoutes = [
  route({
    method: 'post',
    path: '/api/v1/test-clocks',
    auth: 'user',
    summary: 'Make a test clock',
    tags,
    request: z.object({ body: time }),
    responses: { 201: testClock },
    problems: [403],
    async handler({ body, principal: { user }, http }, dependencies) {
      refuseUnlessAllowed(dependencies, user);
      const key = idempotencyKeyOf(http);
      return created(
        presentClock(await createTestClock(dependencies, user, body.frozen_time, key)),
      );
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/test-clocks/:id',
    auth: 'user',
    summary: 'See whether a test clock has arrived',
    tags,
    request: oneRequest,
    responses: { 200: testClock },
    problems: [403],
    async handler({ params, principal: { user } }, dependencies) {
      refuseUnlessAllowed(dependencies, user);
      const clock = await ownTestClock(dependencies, user, params.id);
      await keepAdvancing(dependencies, clock);
      return ok(presentClock(clock));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/test-clocks/:id/advance',
    auth: 'user',
    summary: 'Advance a test clock',
    description:
      '"ready" again once every subscription on it has come to rest. Ask for it with GET.',
    tags,
    request: oneRequest.extend({ body: time }),
    responses: { 200: testClock },
    problems: [403, 409],
    async handler({ params, body, principal: { user }, http }, dependencies) {
      refuseUnlessAllowed(dependencies, user);
      const clock = await ownTestClock(dependencies, user, params.id);
      const key = idempotencyKeyOf(http);
      return ok(presentClock(await advanceTestClock(dependencies, clock, body.frozen_time, key)));
    },
  }),

  route({
    method: 'delete',
    path: '/api/v1/test-clocks/:id',
    auth: 'user',
    summary: 'Delete a test clock that nothing lives on',
    tags,
    request: oneRequest,
    responses: { 204: empty },
    problems: [403, 409],
    async handler({ params, principal: { user } }, dependencies) {
      refuseUnlessAllowed(dependencies, user);
      await deleteTestClock(dependencies, await ownTestClock(dependencies, user, params.id));
      return noContent();
    },
  }),
];

function presentClock({ id: clockId, frozenTime, targetTime, status }: TestClockRecord) {
  return { id: clockId, frozen_time: frozenTime, target_time: targetTime, status };
}
