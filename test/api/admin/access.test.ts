import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { allRoutes } from '../../../api/routes';
import { startLonelyApi, type Api, type ApiGround } from '../../support/api';
import { newOperator } from './operators';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi();
});
afterAll(() => api.close());

const adminRoutes = allRoutes(new Registry()).filter(({ paths: [path] }) =>
  path.startsWith('/api/v1/admin'),
);

it('has the routes that operators need', () => {
  expect(adminRoutes.length).toBeGreaterThanOrEqual(45);
});

it.each(adminRoutes.map((route) => [route.method.toUpperCase(), route.paths[0]] as const))(
  '%s %s lets operators in, and nobody else',
  async (method, pattern) => {
    const path = pattern.replaceAll(':id', randomUUID());
    const given = ['GET', 'DELETE'].includes(method) ? {} : { body: {} };
    const nobody = await api.call(method, path, given);
    expect([nobody.status, nobody.body.code]).toEqual([401, 'not_authenticated']);
    const { access } = await api.signUp();
    const customer = await api.call(method, path, { ...given, token: access });
    expect([customer.status, customer.body.code]).toEqual([403, 'permission_denied']);
  },
);

it('turns an operator away whose role was taken', async () => {
  const operator = await newOperator(api, api.database);
  expect((await operator.get('users')).status).toBe(200);
  await api.database.users.update({ role: 'customer' }, { where: { id: operator.id } });
  expect((await operator.get('users')).status).toBe(403);
});

it('answers 404 for what is not there', async () => {
  const operator = await newOperator(api, api.database);
  for (const { method, paths } of adminRoutes) {
    if (method !== 'get' || !paths[0].includes(':id')) continue;
    const path = paths[0].replace('/api/v1/admin/', '');
    expect((await operator.get(path.replace(':id', randomUUID()))).status).toBe(404);
    expect((await operator.get(path.replace(':id', 'nonsense'))).status).toBe(404);
  }
});
