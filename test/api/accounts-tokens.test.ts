import jwt from 'jsonwebtoken';
import { openDatabase } from '../../db/database';
import { readConfig } from '../../platform/config';
import { createLogger } from '../../platform/logger';
import { createTemporalClient } from '../../platform/temporal-client';
import { startApi, startLonelyApi, type Api, type ApiGround } from '../support/api';
import { newOperator } from './admin/operators';

const old = 'the old secret of 32 characters!';
const young = 'the new secret of 32 characters!';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi({ JWT_SECRET: old });
});
afterAll(() => api.close());

/** The API as it is after a deployment with other secrets. */
async function deployedWith<T>(JWT_SECRET: string, work: (next: Api) => Promise<T>): Promise<T> {
  const config = { ...api.config, JWT_SECRET };
  const database = openDatabase({ url: config.DATABASE_URL });
  const temporal = createTemporalClient(config);
  const next = await startApi({ config, database, temporal, logger: createLogger('test', config) });
  try {
    return await work(next);
  } finally {
    await next.close();
    await Promise.allSettled([database.close(), temporal.close()]);
  }
}

const kidOf = (token: string) => jwt.decode(token, { complete: true })?.header.kid;
const profile = async (at: Api, token: string) =>
  (await at.get('/api/auth/profile/', token)).status;

describe('a new secret', () => {
  it('signs from then on, while the old one’s tokens still work; without the old one they end', async () => {
    const before = await api.signUp();
    const during = await deployedWith(`${young}, ${old}`, async (next) => {
      expect(await profile(next, before.access)).toBe(200);
      const refreshed = await next.post('/api/auth/token/refresh/', { refresh: before.refresh });
      expect(refreshed.status).toBe(200);
      expect(kidOf(refreshed.body.access)).not.toBe(kidOf(before.access));
      return refreshed.body;
    });
    await deployedWith(young, async (next) => {
      expect(await profile(next, during.access)).toBe(200);
      expect(await profile(next, before.access)).toBe(401);
      const { status } = await next.post('/api/auth/token/refresh/', { refresh: during.refresh });
      expect(status).toBe(200);
    });
    // A process of before the deployment that is still up does not know the new one.
    expect(await profile(api, during.access)).toBe(401);
  });

  it('says nothing of itself in the name that tokens carry', async () => {
    const { access } = await api.signUp();
    expect(kidOf(access)).toMatch(/^[0-9a-f]{12}$/);
  });

  it('can’t be used under the other one’s name', async () => {
    const { access } = await api.signUp();
    await deployedWith(`${young},${old}`, async (next) => {
      const payload = jwt.decode(access, { json: true }) ?? {};
      const forged = jwt.sign(payload, young, { keyid: kidOf(access) ?? '' });
      expect(await profile(next, forged)).toBe(401);
    });
  });

  it.each(['short', `${young},short`, `${young},`])('is refused at the start: %j', (JWT_SECRET) => {
    expect(() => readConfig({ JWT_SECRET })).toThrow(/JWT_SECRET: .*32 characters/);
  });
});

describe('clocks that differ a little', () => {
  it('don’t matter: a token that was made in the future, by another process’s clock, works', async () => {
    const { access } = await api.signUp();
    const payload = jwt.decode(access, { json: true }) ?? {};
    const ahead = jwt.sign({ ...payload, iat: (payload.iat ?? 0) + 30 }, old, {
      keyid: kidOf(access) ?? '',
    });
    expect(await profile(api, ahead)).toBe(200);
  });
});

describe('somebody who is deactivated', () => {
  it('is out at once, with every kind of token that they hold', async () => {
    const operator = await newOperator(api, api.database);
    const second = await api.post('/api/auth/login/', {
      email: operator.email,
      password: operator.password,
    });
    const made = await api.post(
      '/api/v1/auth/api-keys',
      { name: 'x', scopes: ['read'] },
      operator.access,
    );
    const key: string = made.body.key;
    const uses = async () => [
      (await operator.get('users')).status,
      await profile(api, second.body.tokens.access),
      (await api.get('/api/v1/admin/users', key)).status,
    ];
    expect(await uses()).toEqual([200, 200, 200]);
    await api.database.users.update({ isActive: false }, { where: { id: operator.id } });
    expect(await uses()).toEqual([401, 401, 401]);
    for (const refresh of [operator.refresh, second.body.tokens.refresh]) {
      expect((await api.post('/api/auth/token/refresh/', { refresh })).status).toBe(401);
    }
    const { email, password } = operator;
    expect((await api.post('/api/users/login/', { email, password })).status).toBe(401);
    expect((await api.post('/api/auth/login/', { email, password })).status).toBe(400);
  });
});
