import { Op } from 'sequelize';
import type { DisputeRecord } from '../../../../../activities/ports/records';
import type { Database } from '../../../../../db/database';
import { answerDispute } from '../../../../commands/operator/answer-dispute';
import { idempotencyKeyOf } from '../../../../http/idempotency-key';
import { ok, route } from '../../../../http/route';
import { newestFirst } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { viewDisputes } from '../../../../queries/operator/disputes';
import { presentDispute } from './presenter';
import {
  closeRequest,
  dispute,
  disputeList,
  evidenceRequest,
  listRequest,
  oneRequest,
} from './schemas';

const tags = ['Admin: disputes'];
const base = '/api/v1/admin/disputes';

export const adminDisputeRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List disputes, newest first',
    tags,
    request: listRequest,
    responses: { 200: disputeList },
    async handler({ query: { status, user_id: userId, invoice, ...page } }, { database }) {
      const where = {
        ...(status === undefined ? {} : { closedAt: status === 'open' ? null : { [Op.ne]: null } }),
        ...(userId === undefined ? {} : { userId }),
        ...(invoice === undefined ? {} : { invoiceId: invoice }),
      };
      const { rows, hasMore } = await newestFirst(database.disputes, where, page);
      const views = await viewDisputes(database, rows);
      return ok({ data: views.map(presentDispute), has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one dispute',
    tags,
    request: oneRequest,
    responses: { 200: dispute },
    handler: async ({ params }, { database }) =>
      ok(await present(database, await anyRow(database.disputes, params.id))),
  }),

  route({
    method: 'post',
    path: `${base}/:id/evidence`,
    auth: 'operator',
    summary: 'Answer a dispute with evidence',
    description:
      'Goes to the bank by Stripe, and can’t be added to once it is submitted. With an `Idempotency-Key` a repeated request is sent once.',
    tags,
    request: evidenceRequest,
    responses: { 200: dispute },
    problems: [409],
    async handler({ params, body, principal, http }, dependencies) {
      const row = await answerDispute(dependencies, {
        operator: principal.user,
        disputeId: params.id,
        answer: { evidence: body.evidence, submit: body.submit },
        reason: body.reason,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return ok(await present(dependencies.database, row));
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/close`,
    auth: 'operator',
    summary: 'Accept a dispute: it is lost, and the customer keeps the money',
    description: 'The invoice stays paid, and no credit note is made.',
    tags,
    request: closeRequest,
    responses: { 200: dispute },
    problems: [409],
    async handler({ params, body, principal, http }, dependencies) {
      const row = await answerDispute(dependencies, {
        operator: principal.user,
        disputeId: params.id,
        answer: 'accept',
        reason: body.reason,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return ok(await present(dependencies.database, row));
    },
  }),
];

async function present(database: Database, row: DisputeRecord) {
  const [view] = await viewDisputes(database, [row]);
  if (view === undefined) throw new Error('one in, one out');
  return presentDispute(view);
}
