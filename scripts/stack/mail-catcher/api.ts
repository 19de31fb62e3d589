import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import { z } from 'zod';
import type { Faults } from './faults';
import type { Mail, Mailbox } from './mailbox';

const listQuery = z.object({
  to: z.string().optional(),
  subject: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const faultsBody = z.strictObject({
  refuse_next: z.int().min(0).max(1_000_000),
  code: z.int().min(400).max(599).default(451),
});

/** The JSON API that tests and scripts read the caught mail with. */
export function mailApi(mailbox: Mailbox, faults: Faults): Router {
  const api = new Router({ prefix: '/api' });

  api.get('/messages', async (ctx) => {
    const query = listQuery.safeParse(ctx.query);
    if (!query.success) return refuse(ctx, 400, z.prettifyError(query.error));
    const found = mailbox.list(query.data).map(({ id }) => mailbox.read(id));
    ctx.body = (await Promise.all(found)).filter((mail): mail is Mail => mail !== undefined);
  });

  api.get('/messages/:id', async (ctx) => {
    const mail = await mailbox.read(ctx.params['id'] ?? '');
    if (mail === undefined) return refuse(ctx, 404, 'No such message.');
    ctx.body = mail;
  });

  api.get('/messages/:id/raw', async (ctx) => {
    const raw = await mailbox.raw(ctx.params['id'] ?? '');
    if (raw === undefined) return refuse(ctx, 404, 'No such message.');
    // As text, so that a browser shows it; never as anything that it might run.
    ctx.set('Content-Type', 'text/plain; charset=utf-8');
    ctx.body = raw;
  });

  api.delete('/messages', async (ctx) => {
    ctx.body = { deleted: await mailbox.clear() };
  });

  api.get('/faults', (ctx) => {
    ctx.body = faults.state;
  });

  const json = bodyParser({
    enableTypes: ['json'],
    onError: (_error, ctx) => ctx.throw(400, 'The body must be JSON.'),
  });
  api.post('/faults', json, (ctx) => {
    const body = faultsBody.safeParse(ctx.request.body);
    if (!body.success) return refuse(ctx, 400, z.prettifyError(body.error));
    faults.refuseNext(body.data.refuse_next, body.data.code);
    ctx.body = faults.state;
  });

  return api;
}

function refuse(ctx: { status: number; body: unknown }, status: number, detail: string): void {
  ctx.status = status;
  ctx.body = { status, detail };
}
