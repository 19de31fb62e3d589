import type { Registry } from 'prom-client';
import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies';
import { answer, nothing, ok, route } from '../../http/route';

const tags = ['Probes'];
const probeMilliseconds = 2_000;

const part = z.enum(['ok', 'unreachable', 'not migrated']);
const readiness = z.object({
  status: z.enum(['ready', 'not ready']),
  database: part,
  temporal: part,
});

/** For load balancers and orchestrators. */
export const probeRoutes = (registry: Registry) => [
  route({
    method: 'get',
    path: '/healthz',
    auth: 'open',
    summary: 'Whether this process answers',
    tags,
    request: nothing,
    responses: { 200: z.object({ status: z.literal('ok') }) },
    handler: async () => ok({ status: 'ok' as const }),
  }),

  route({
    method: 'get',
    path: '/readyz',
    auth: 'open',
    summary: 'Whether everything that requests need can be reached',
    tags,
    request: nothing,
    responses: { 200: readiness, 503: readiness },
    async handler(_request, dependencies) {
      const [database, temporal] = await Promise.all([
        stateOfDatabase(dependencies),
        stateOfTemporal(dependencies),
      ]);
      if (database === 'ok' && temporal === 'ok') {
        return ok({ status: 'ready' as const, database, temporal });
      }
      const body = { status: 'not ready' as const, database, temporal };
      return answer(503, body, { 'Retry-After': '1' });
    },
  }),

  route({
    method: 'get',
    path: '/metrics',
    auth: 'open',
    summary: 'Figures for Prometheus',
    tags,
    request: nothing,
    responses: { 200: z.string().meta({ contentType: registry.contentType }) },
    handler: async () => ok(await registry.metrics()),
  }),
];

async function stateOfDatabase({ database }: Dependencies): Promise<z.output<typeof part>> {
  try {
    const rows = await Promise.race([
      database.sequelize.query<{ migrated: boolean }>(
        `select to_regclass('schema_migrations') is not null
           and to_regclass('subscriptions') is not null as migrated`,
        { type: QueryTypes.SELECT },
      ),
      timeout(),
    ]);
    return rows[0]?.migrated === true ? 'ok' : 'not migrated';
  } catch {
    return 'unreachable';
  }
}

async function stateOfTemporal({ temporal, config }: Dependencies): Promise<z.output<typeof part>> {
  try {
    await temporal.within(probeMilliseconds, ({ workflowService }) =>
      workflowService.describeNamespace({ namespace: config.TEMPORAL_NAMESPACE }),
    );
    return 'ok';
  } catch {
    return 'unreachable';
  }
}

function timeout(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('too slow')), probeMilliseconds).unref();
  });
}
