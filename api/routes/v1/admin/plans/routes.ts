import { Op } from 'sequelize';
import {
  addPlanVersion,
  archivePlan,
  createPlan,
  moveSubscribers,
} from '../../../../commands/operator/plans';
import { answer, created, ok, route } from '../../../../http/route';
import { newestFirst } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { askedOf, onceUnderKey } from '../reason';
import {
  archiveRequest,
  changesOf,
  createRequest,
  listRequest,
  move,
  moveRequest,
  newPlanOf,
  oneRequest,
  plan,
  planList,
  presentPlan,
  versionRequest,
} from './schemas';

const tags = ['Admin: plans'];
const base = '/api/v1/admin/plans';

/** Plans are immutable versions: what would change one makes another. */
export const adminPlanRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List all versions of all plans, newest first',
    tags,
    request: listRequest,
    responses: { 200: planList },
    async handler({ query: { code, archived, ...page } }, { database }) {
      const where = {
        ...(code === undefined ? {} : { code }),
        ...(archived === undefined
          ? {}
          : { archivedAt: archived === 'true' ? { [Op.ne]: null } : null }),
      };
      const { rows, hasMore } = await newestFirst(database.plans, where, page);
      return ok({ data: rows.map(presentPlan), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Put a new plan on offer',
    description: `A price that the currency can’t have is refused: \`amount_step_invalid\` for 1.234 KWD. ${onceUnderKey}`,
    tags,
    request: createRequest,
    responses: { 201: plan },
    problems: [409, 422],
    async handler({ body, principal: { user }, http }, dependencies) {
      const row = await createPlan(dependencies, user, newPlanOf(body), askedOf(body, http));
      return created(presentPlan(row));
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one version of a plan',
    tags,
    request: oneRequest,
    responses: { 200: plan },
    handler: async ({ params }, { database }) =>
      ok(presentPlan(await anyRow(database.plans, params.id))),
  }),

  route({
    method: 'post',
    path: `${base}/:id/versions`,
    auth: 'operator',
    summary: 'Make a new version of a plan',
    description: `What is left out stays. It takes the place of the older ones on offer; subscriptions keep theirs until they are moved. ${onceUnderKey}`,
    tags,
    request: versionRequest,
    responses: { 201: plan },
    problems: [422],
    async handler({ params, body, principal: { user }, http }, dependencies) {
      const asked = askedOf(body, http);
      const row = await addPlanVersion(dependencies, user, params.id, changesOf(body), asked);
      return created(presentPlan(row));
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/archive`,
    auth: 'operator',
    summary: 'Take a plan off the offer',
    description: 'Who has it keeps it.',
    tags,
    request: archiveRequest,
    responses: { 200: plan },
    handler: async ({ params, body, principal: { user } }, dependencies) =>
      ok(presentPlan(await archivePlan(dependencies, user, params.id, body.reason))),
  }),

  route({
    method: 'post',
    path: `${base}/:id/move-subscribers`,
    auth: 'operator',
    summary: 'Move all subscribers of a version to another one, each at their next boundary',
    description: 'They are told by mail. It goes on by itself once it is accepted.',
    tags,
    request: moveRequest,
    responses: { 202: move },
    problems: [409],
    async handler({ params, body, principal: { user } }, dependencies) {
      const subscriptions = await moveSubscribers(dependencies, user, {
        fromPlanId: params.id,
        toPlanId: body.to_plan_id,
        notBefore: body.not_before,
        reason: body.reason,
      });
      return answer(202, { from_plan: params.id, to_plan: body.to_plan_id, subscriptions });
    },
  }),
];
