import { z } from 'zod';
import { notFound } from '../../http/problem';
import { answer, nothing, ok, route } from '../../http/route';
import { assetNamed } from './assets';
import { redocPage, swaggerPage } from './pages';

const tags = ['Documentation'];
const html = z.string().meta({ contentType: 'text/html; charset=utf-8' });

/** Both pages run scripts of ours only; ReDoc searches in a worker that it makes itself. */
const pageHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-cache',
};

/** The documentation, with everything that it loads. */
export function documentationRoutes(openApi: () => Record<string, unknown>) {
  return [
    route({
      method: 'get',
      path: '/api/schema/',
      auth: 'open',
      summary: 'The OpenAPI document',
      tags,
      request: nothing,
      responses: { 200: z.record(z.string(), z.unknown()) },
      handler: async () => ok(openApi()),
    }),
    page('/api/docs/', 'Swagger UI', swaggerPage),
    page('/api/redoc/', 'ReDoc', redocPage),
    route({
      method: 'get',
      path: '/api/docs/assets/:name',
      auth: 'open',
      summary: 'Scripts and styles of the documentation',
      tags,
      request: z.object({ params: z.object({ name: z.string() }) }),
      responses: { 200: z.string().meta({ contentType: 'text/*' }) },
      async handler({ params: { name } }) {
        const asset = await assetNamed(name);
        if (asset === undefined) throw notFound();
        const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
        const headers = {
          'Content-Type': `${type}; charset=utf-8`,
          'Cache-Control': 'public, max-age=3600',
        };
        return answer(200, asset, headers);
      },
    }),
  ];
}

const page = (path: string, summary: string, body: string) =>
  route({
    method: 'get',
    path,
    auth: 'open',
    summary,
    tags,
    request: nothing,
    responses: { 200: html },
    handler: async () => answer(200, body, pageHeaders),
  });
