import { Registry } from 'prom-client';
import { allRoutes } from '../../api/routes';
import { startLonelyApi, type Api, type ApiGround } from '../support/api';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi();
});
afterAll(() => api.close());

it('documents every route of the router, with its answers and refusals', async () => {
  const { status, body } = await api.get('/api/schema/');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  for (const route of allRoutes(new Registry())) {
    const path = route.paths[0].replaceAll(/:(\w+)/g, '{$1}');
    const operation = body.paths[path]?.[route.method];
    expect(operation?.summary).toBe(route.summary);
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining(Object.keys(route.responses)),
    );
    const bearer = route.auth === 'open' ? [] : [{ bearer: [] }];
    expect(operation.security.slice(0, 1)).toEqual(bearer);
  }
});

it('gives every operation an id of its own', async () => {
  const { body } = await api.get('/api/schema/');
  const operations: { operationId: string }[] = Object.values<Record<string, never>>(
    body.paths,
  ).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each(['/api/docs/', '/api/docs', '/api/redoc/', '/api/redoc', '/api/schema'])(
  'serves %s',
  async (path) => {
    expect((await api.get(path)).status).toBe(200);
  },
);

it('serves everything that the pages load from here, and nothing loads from elsewhere', async () => {
  for (const path of ['/api/docs/', '/api/redoc/']) {
    const { body, headers } = await api.get(path);
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    const links = [...body.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links.filter((each) => !each.startsWith('data:'))) {
      expect(link).toMatch(/^\//);
      expect((await api.get(link)).status).toBe(200);
    }
  }
  const { body: redoc } = await api.get('/api/docs/assets/redoc.standalone.js');
  expect(redoc).not.toContain('cdn.redoc.ly');
  expect((await api.get('/api/docs/assets/..%2fpackage.json')).status).toBe(404);
});
