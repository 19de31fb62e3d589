import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { allRoutes } from '../../api/routes';
import { startLonelyApi, statusesOf, type Api, type ApiGround, type Reply } from '../support/api';
import { newOperator, type Operator } from './admin/operators';

let api: Api & ApiGround;
let live: Api & ApiGround;
let operator: Operator;
beforeAll(async () => {
  live = await startLonelyApi({ STRIPE_SECRET_KEY: 'sk_live_nobody' });
  api = await startLonelyApi({ TRUST_PROXY: '1' });
  operator = await newOperator(api, api.database);
});
afterAll(async () => {
  await api.close();
  await live.close();
});

const base = '/api/v1/auth/api-keys';

const makeKey = (scopes: readonly string[], more: object = {}, token = operator.access) =>
  api.post(base, { name: 'Our backend', scopes, ...more }, token);

async function keyWith(...scopes: readonly string[]): Promise<{ key: string; id: string }> {
  const { status, body } = await makeKey(scopes);
  expect(status).toBe(201);
  return body;
}

const admin = (method: string, path: string, key: string, body?: object): Promise<Reply> =>
  api.call(method, `/api/v1/admin/${path}`, {
    token: key,
    ...(body === undefined ? {} : { body }),
  });

describe('an API key', () => {
  it('is shown once, in its mode’s shape; what is kept of it opens nothing', async () => {
    const { status, body } = await makeKey(['users:read'], { reason: 'For the CRM' });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'Our backend',
        key: expect.stringMatching(/^ek_test_[\w-]{43}$/),
        hint: `ek_test_…${body.key.slice(-4)}`,
        scopes: ['users:read'],
        made_by: operator.id,
        expires_at: null,
        last_used_at: null,
        revoked_at: null,
        created_at: expect.any(String),
      },
    ]);
    const listed = await api.get(base, operator.access);
    const { key, ...rest } = body;
    expect(listed.body.data[0]).toEqual(rest);
    const [rows] = await api.database.sequelize.query('select * from api_keys');
    const [acts] = await api.database.sequelize.query('select * from audit_log');
    const [claims] = await api.database.sequelize.query('select * from idempotency_keys');
    expect(JSON.stringify([rows, acts, claims])).not.toContain(key.slice(8, 40));
  });

  it('of a live account says so', async () => {
    const liveOperator = await newOperator(live, live.database);
    const { body } = await live.post(base, { name: 'x', scopes: ['read'] }, liveOperator.access);
    expect(body.key).toMatch(/^ek_live_/);
  });

  it('shuts no operator out and erases none, whatever its scopes', async () => {
    const { key } = await keyWith('users:write');
    const other = await newOperator(api, api.database);
    const customer = await api.signUp();
    for (const act of ['deactivate', 'reactivate', 'erase']) {
      const refused = await admin('POST', `users/${other.id}/${act}`, key, { reason: 'Why not' });
      expect([act, refused.status, refused.body.code]).toEqual([act, 403, 'permission_denied']);
    }
    expect((await api.get('/api/v1/admin/users', other.access)).status).toBe(200);
    const allowed = await admin('POST', `users/${customer.id}/deactivate`, key, { reason: 'Spam' });
    expect(allowed.status).toBe(200);
  });

  it('does what its scopes say, `write` holds `read`, and nothing else', async () => {
    const reader = await keyWith('users:read');
    const writer = await keyWith('users:write');
    const all = await keyWith('write');
    const seeAll = await keyWith('read');
    const one = `users/${operator.id}`;
    const person = () => ({ email: `${randomUUID()}@example.com`, name: 'Paula' });
    const tried = async (key: string) => [
      (await admin('GET', one, key)).status,
      (await admin('POST', 'users', key, person())).status,
      (await admin('GET', 'plans', key)).status,
      (await admin('GET', 'audit-log', key)).status,
    ];
    expect(await tried(reader.key)).toEqual([200, 403, 403, 403]);
    expect(await tried(writer.key)).toEqual([200, 201, 403, 403]);
    expect(await tried(all.key)).toEqual([200, 201, 200, 200]);
    expect(await tried(seeAll.key)).toEqual([200, 403, 200, 200]);
    const refused = await admin('POST', 'users', reader.key, person());
    expect(refused.body).toMatchObject({ code: 'scope_missing', scope: 'users:write' });
    expect(refused.headers.get('WWW-Authenticate')).toContain('insufficient_scope');
  });

  it.each(
    allRoutes(new Registry())
      .filter(({ auth, paths: [path] }) => auth === 'operator' && path.includes('/admin/'))
      .map(({ method, paths: [path] }) => [method.toUpperCase(), path] as const),
  )('opens %s %s only with that scope', async (method, pattern) => {
    const resource = pattern.split('/')[4] ?? '';
    const path = pattern.replace('/api/v1/admin/', '').replaceAll(/:\w+/g, randomUUID());
    const body = ['GET', 'DELETE'].includes(method) ? undefined : {};
    const needed = `${resource}:${method === 'GET' ? 'read' : 'write'}`;
    const other = resource === 'users' ? 'plans:write' : 'users:write';
    const without = method === 'GET' ? [other] : ['read', other];
    const refused = await admin(method, path, (await keyWith(...without)).key, body);
    expect([refused.status, refused.body.scope]).toEqual([403, needed]);
    expect((await admin(method, path, (await keyWith(needed)).key, body)).status).not.toBe(403);
  });

  it('makes, sees and revokes no keys, and is nobody’s login', async () => {
    const { key, id } = await keyWith('write', 'read');
    for (const [method, path, body] of [
      ['GET', base],
      ['POST', base, { name: 'x', scopes: ['write'] }],
      ['DELETE', `${base}/${id}`],
    ] as const) {
      const refused = await api.call(method, path, { token: key, ...(body && { body }) });
      expect([method, refused.status, refused.body.code]).toEqual([
        method,
        401,
        'not_for_api_keys',
      ]);
    }
    for (const path of ['/api/auth/profile/', '/api/v1/subscriptions', '/api/v1/invoices']) {
      const refused = await api.get(path, key);
      expect([refused.status, refused.body.code]).toEqual([401, 'not_for_api_keys']);
    }
  });

  it('ends at once: revoked, expired, or with its maker’s role or account', async () => {
    const revoked = await keyWith('read');
    const works = async (key: string) => (await admin('GET', 'plans', key)).status;
    expect(await works(revoked.key)).toBe(200);
    const path = `${base}/${revoked.id}`;
    expect((await api.call('DELETE', path, { token: operator.access })).status).toBe(204);
    expect(await works(revoked.key)).toBe(401);
    expect((await api.call('DELETE', path, { token: operator.access })).status).toBe(204);

    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const expiring = await makeKey(['read'], { expires_at: soon });
    expect([expiring.body.expires_at, await works(expiring.body.key)]).toEqual([soon, 200]);
    await api.database.apiKeys.update(
      { expiresAt: new Date().toISOString() },
      { where: { id: expiring.body.id } },
    );
    expect(await works(expiring.body.key)).toBe(401);

    for (const change of [{ role: 'customer' }, { isActive: false }] as const) {
      const maker = await newOperator(api, api.database);
      const { body } = await makeKey(['read'], {}, maker.access);
      expect(await works(body.key)).toBe(200);
      await api.database.users.update(change, { where: { id: maker.id } });
      expect(await works(body.key)).toBe(401);
    }
  });

  it('of test mode opens nothing once real money moves', async () => {
    const { key, id } = await keyWith('read');
    await api.database.apiKeys.update({ live: true }, { where: { id } });
    expect((await admin('GET', 'plans', key)).status).toBe(401);
  });

  it('is named in the audit log, with who made it', async () => {
    const { key, id } = await keyWith('write');
    const made = await admin('POST', 'users', key, {
      email: `${randomUUID()}@example.com`,
      name: 'Paula',
      reason: 'Signed up at ours',
    });
    const { body } = await operator.get(`audit-log?object=user/${made.body.id}`);
    expect(body.data).toMatchObject([
      { actor: operator.id, api_key: id, action: 'user.create', reason: 'Signed up at ours' },
    ]);
    const own = await operator.get(`audit-log?object=api_key/${id}`);
    expect(own.body.data).toMatchObject([
      { actor: operator.id, api_key: null, action: 'api_key.create' },
    ]);
  });

  it('tells when it was last used, written once a minute', async () => {
    const { key, id } = await keyWith('read');
    const lastUse = async () =>
      (await api.database.apiKeys.findByPk(id, { rejectOnEmpty: true })).get({ plain: true })
        .lastUsedAt;
    await admin('GET', 'plans', key);
    const first = await lastUse();
    expect(first).toEqual(expect.any(String));
    await admin('GET', 'plans', key);
    expect(await lastUse()).toBe(first);
    const before = new Date(Date.now() - 61_000).toISOString();
    await api.database.apiKeys.update({ lastUsedAt: before }, { where: { id } });
    await admin('GET', 'plans', key);
    expect(Date.parse((await lastUse()) ?? '')).toBeGreaterThan(Date.parse(before) + 60_000);
  });

  it('cannot be tried for ever from one address, where good ones still work', async () => {
    const { key } = await keyWith('read');
    const headers = { 'X-Forwarded-For': '203.0.113.9' };
    const call = (token: string) => api.call('GET', '/api/v1/admin/plans', { token, headers });
    const bad = await Promise.all(
      Array.from({ length: 70 }, (_, index) => call(`ek_test_${'a'.repeat(40)}${100 + index}`)),
    );
    expect(statusesOf(bad).filter((status) => status === 401)).toHaveLength(60);
    expect(statusesOf(bad).filter((status) => status === 429)).toHaveLength(10);
    expect(bad[0]?.body.code).toBe('api_key_not_valid');
    expect((await call(key)).status).toBe(200);
  });

  it.each([
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['everything'] }, 'scopes.0'],
    [{ name: 'x' }, 'scopes'],
    [{ name: '', scopes: ['read'] }, 'name'],
    [{ scopes: ['read'] }, 'name'],
    [{ name: 'x', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ name: 'x', scopes: ['read'], expires_at: 'tomorrow' }, 'expires_at'],
    [{ name: 'x', scopes: ['read'], role: 'operator' }, 'role'],
  ])('is not made of %j', async (body, field) => {
    const reply = await api.post(base, body, operator.access);
    expect([reply.status, reply.body.errors[0].field]).toEqual([400, field]);
  });

  it('is for operators to make, see and revoke', async () => {
    const { access } = await api.signUp();
    const { id } = await keyWith('read');
    for (const [token, status] of [
      [access, 403],
      [undefined, 401],
    ] as const) {
      const as = token === undefined ? {} : { token };
      expect((await api.call('GET', base, as)).status).toBe(status);
      expect((await api.call('DELETE', `${base}/${id}`, as)).status).toBe(status);
      const body = { name: 'x', scopes: ['read'] };
      expect((await api.call('POST', base, { ...as, body })).status).toBe(status);
    }
    const missing = `${base}/${randomUUID()}`;
    expect((await api.call('DELETE', missing, { token: operator.access })).status).toBe(404);
  });
});
