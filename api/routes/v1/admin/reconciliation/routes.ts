import { reconcileNow, resolveDiscrepancy } from '../../../../commands/operator/reconcile';
import { answer, nothing, ok, route } from '../../../../http/route';
import { discrepanciesOf, lastReconciliations } from '../../../../queries/operator/reconciliation';
import { askedOf, onceUnderKey } from '../reason';
import { presentDiscrepancy, presentRun } from './presenter';
import {
  discrepancy,
  discrepancyList,
  listRequest,
  overview,
  resolveRequest,
  run,
  startRequest,
} from './schemas';

const tags = ['Admin: reconciliation'];

export const adminReconciliationRoutes = [
  route({
    method: 'get',
    path: '/api/v1/admin/reconciliation',
    auth: 'operator',
    summary: 'See whether Stripe’s books and ours agree',
    description: 'They are compared every hour: what came, was given back or disputed lately.',
    tags,
    request: nothing,
    responses: { 200: overview },
    async handler(_request, { database }) {
      const [runs, open, { rows }] = await Promise.all([
        lastReconciliations(database, 10),
        database.discrepancies.count({ where: { status: 'open' } }),
        discrepanciesOf(database, 'open', { limit: 100 }),
      ]);
      return ok({
        runs: runs.map(presentRun),
        open,
        discrepancies: rows.map(presentDiscrepancy),
      });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/admin/reconciliation',
    auth: 'operator',
    summary: 'Compare Stripe’s books with ours now',
    description: `Answers as soon as it has begun; see the list for what it came to. ${onceUnderKey}`,
    tags,
    request: startRequest,
    responses: { 202: run },
    problems: [422],
    async handler({ body, principal, http }, dependencies) {
      const row = await reconcileNow(dependencies, principal.user, askedOf(body, http));
      return answer(202, presentRun(row));
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/admin/discrepancies',
    auth: 'operator',
    summary: 'List what differs or did, found last first',
    tags,
    request: listRequest,
    responses: { 200: discrepancyList },
    async handler({ query: { status, ...page } }, { database }) {
      const { rows, hasMore } = await discrepanciesOf(database, status, page);
      return ok({ data: rows.map(presentDiscrepancy), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/admin/discrepancies/:id/resolve',
    auth: 'operator',
    summary: 'Close something that differs and is explained',
    tags,
    request: resolveRequest,
    responses: { 200: discrepancy },
    problems: [409],
    async handler({ params: { id }, body: { reason }, principal }, dependencies) {
      const row = await resolveDiscrepancy(dependencies, principal.user, { id, reason });
      return ok(presentDiscrepancy(row));
    },
  }),
];
