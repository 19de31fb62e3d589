import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../db/database';
import { createLogger } from '../../platform/logger';
import { createTemporalClient } from '../../platform/temporal-client';
import {
  startApi,
  startLonelyApi,
  statusesOf,
  type Api,
  type ApiGround,
  type Reply,
} from '../support/api';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi({ TRUST_PROXY: '1', SIGN_UPS_PER_HOUR: '200' });
});
const others: Pick<Api, 'close'>[] = [];
afterAll(async () => {
  for (const each of [...others, api]) await each.close();
});

let lastAddress = 0;
/** Somebody else each time, as the one proxy that is trusted says. */
const newAddress = () => `198.18.${(lastAddress += 1) >> 8}.${lastAddress & 255}`;

const logIn = (email: string, password: string, from: string, at: Api = api) =>
  at.call('POST', '/api/users/login/', {
    body: { email, password },
    headers: { 'X-Forwarded-For': from },
  });

const guess = (email: string, from: string, times: number, at: Api = api) =>
  Promise.all(
    Array.from({ length: times }, (_, index) => logIn(email, `guess ${index}`, from, at)),
  );

const count = (replies: readonly Reply[], status: number) =>
  replies.filter((reply) => reply.status === status).length;

/** As if so many seconds had passed since. */
const pass = (seconds: number) =>
  api.database.sequelize.query(
    `update rate_limits set seen_at = seen_at - make_interval(secs => ${seconds}),
       blocked_until = blocked_until - make_interval(secs => ${seconds})`,
  );

/** Another process of the API on the same database. */
async function startTwin(): Promise<Api> {
  const ground = {
    config: api.config,
    database: openDatabase({ url: api.config.DATABASE_URL }),
    temporal: createTemporalClient(api.config),
    logger: createLogger('test', api.config),
  };
  const twin = await startApi(ground);
  others.push(twin, ground.database, ground.temporal);
  return twin;
}

/** One with a database of its own. */
async function startAnother(settings: Record<string, string> = {}): Promise<Api & ApiGround> {
  const another = await startLonelyApi(settings);
  others.push(another);
  return another;
}

describe('wrong logins', () => {
  it('are ten, also when forty come at once to two processes; then one waits, with the right password too', async () => {
    const { email, password } = await api.signUp();
    const from = newAddress();
    const twin = await startTwin();
    const replies = await Promise.all([guess(email, from, 20), guess(email, from, 20, twin)]);
    expect(count(replies.flat(), 401)).toBe(10);
    expect(count(replies.flat(), 429)).toBe(30);
    for (const at of [api, twin]) {
      const refused = await logIn(email, password, from, at);
      expect(refused.status).toBe(429);
      expect(refused.body).toMatchObject({ code: 'too_many_attempts', status: 429 });
      expect(refused.body.error).toContain('Try again in');
      const seconds = Number(refused.headers.get('Retry-After'));
      expect(seconds).toBeGreaterThan(20);
      expect(seconds).toBeLessThanOrEqual(30);
    }
  });

  it('are counted by one process for all others, and so after a restart', async () => {
    const { email } = await api.signUp();
    const from = newAddress();
    const twin = await startTwin();
    await guess(email, from, 12, twin);
    expect((await logIn(email, 'guess', from)).status).toBe(429);
  });

  it('make one wait longer and longer, but never for ever: trying while waiting costs nothing', async () => {
    const { email, password } = await api.signUp();
    const from = newAddress();
    await guess(email, from, 11);
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const refused = await guess(email, from, 5);
      expect(count(refused, 429)).toBe(5);
      waits.push(Number(refused[0]?.headers.get('Retry-After')));
      await pass(waits.at(-1) ?? 0);
      expect((await logIn(email, 'wrong again', from)).status).toBe(401);
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[3]).toBeGreaterThan(4 * (waits[0] ?? 0));
    expect(waits.every((seconds) => seconds <= 900)).toBe(true);
    await pass(900);
    expect((await logIn(email, password, from)).status).toBe(200);
  });

  it('are forgotten with time, and by a login', async () => {
    const { email, password } = await api.signUp();
    const from = newAddress();
    await guess(email, from, 9);
    expect((await logIn(email, password, from)).status).toBe(200);
    expect(count(await guess(email, from, 9), 401)).toBe(9);
    await pass(3_600);
    expect(count(await guess(email, from, 9), 401)).toBe(9);
  });

  it('of an account from a hundred addresses stop everybody but its owner, where they have been before', async () => {
    const { email, password } = await api.signUp();
    const home = newAddress();
    expect((await logIn(email, password, home)).status).toBe(200);
    const crowd: Reply[] = [];
    for (let batch = 0; batch < 12; batch += 1) {
      const replies = Array.from({ length: 10 }, () => logIn(email, 'guess', newAddress()));
      crowd.push(...(await Promise.all(replies)));
    }
    expect(count(crowd, 401)).toBeGreaterThanOrEqual(98);
    expect(count(crowd, 401)).toBeLessThanOrEqual(101);
    expect((await logIn(email, password, newAddress())).status).toBe(429);
    expect((await logIn(email, password, home)).status).toBe(200);
  });

  it('at a hundred accounts from one address stop that address, and nobody else', async () => {
    const victim = await api.signUp();
    const from = newAddress();
    const replies: Reply[] = [];
    for (let batch = 0; batch < 11; batch += 1) {
      const some = Array.from({ length: 10 }, () =>
        logIn(`${randomUUID()}@example.com`, 'guess', from),
      );
      replies.push(...(await Promise.all(some)));
    }
    expect(count(replies, 401)).toBe(100);
    expect(count(replies, 429)).toBe(10);
    expect((await logIn(victim.email, victim.password, from)).status).toBe(429);
    expect((await logIn(victim.email, victim.password, newAddress())).status).toBe(200);
  });

  it('at an address without an account are treated like all others', async () => {
    const { email } = await api.signUp();
    const told = async (address: string) => {
      const from = newAddress();
      const replies = await guess(address, from, 14);
      const { body } = await logIn(address, 'guess', from);
      return [statusesOf(replies), body.detail.replace(/\d+/, 'N')];
    };
    expect(await told(`${randomUUID()}@example.com`)).toEqual(await told(email));
  });

  it('are one account’s, however its address is written, and one IPv6 network’s', async () => {
    const { email, password } = await api.signUp();
    const spelled = [email.toUpperCase(), ` ${email}`, email];
    for (let index = 0; index < 10; index += 1) {
      const from = `2001:db8:1:2::${(index + 1).toString(16)}`;
      await logIn(spelled[index % 3] ?? email, 'guess', from);
    }
    expect((await logIn(email, password, '2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await logIn(email, password, '2001:db8:1:3::1')).status).toBe(200);
  });

  it('leave nothing in the database by which anybody could be told', async () => {
    const { email } = await api.signUp();
    await logIn(email, 'guess', '203.0.113.77');
    const [rows] = await api.database.sequelize.query('select * from rate_limits');
    expect(JSON.stringify(rows)).not.toMatch(/@|203\.0\.113|[0-9a-f-]{36}/);
  });
});

describe('the client’s address', () => {
  it('is the last one that the trusted proxy added: what the client wrote before it changes nothing', async () => {
    const { email } = await api.signUp();
    const from = newAddress();
    const replies = await Promise.all(
      Array.from({ length: 14 }, (_, index) => logIn(email, 'guess', `10.0.0.${index}, ${from}`)),
    );
    expect(count(replies, 401)).toBe(10);
  });

  it('is the connection’s own when no proxy is trusted', async () => {
    const bare = await startAnother();
    const { email } = await bare.signUp();
    const replies: Reply[] = [];
    for (let index = 0; index < 12; index += 1) {
      replies.push(await logIn(email, 'guess', newAddress(), bare));
    }
    expect(count(replies, 401)).toBe(10);
  });
});

describe('other calls that can be overdone', () => {
  it('sign-ups from one address are refused above the setting, and others go on', async () => {
    const strict = await startAnother({ SIGN_UPS_PER_HOUR: '3', TRUST_PROXY: '1' });
    const open = (from: string) =>
      strict.call('POST', '/api/users/signup/', {
        body: {
          name: 'New',
          email: `${randomUUID()}@example.com`,
          password: 'analytical engine',
        },
        headers: { 'X-Forwarded-For': from },
      });
    const replies = [];
    for (let index = 0; index < 5; index += 1) replies.push(await open('198.51.100.1'));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 429, 429]);
    expect(Number(replies[4]?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await open('198.51.100.2')).status).toBe(201);
  });

  it('refreshing of one session, and with what are no tokens of ours', async () => {
    let { refresh } = await api.signUp();
    const from = newAddress();
    const change = (token: string) =>
      api.call('POST', '/api/auth/token/refresh/', {
        body: { refresh: token },
        headers: { 'X-Forwarded-For': from },
      });
    let last = await change(refresh);
    for (let index = 0; index < 70 && last.status === 200; index += 1) {
      ({ refresh } = last.body);
      last = await change(refresh);
    }
    expect([last.status, last.body.code]).toEqual([429, 'too_many_attempts']);
    await pass(60);
    // The token was not used up by having been refused.
    expect((await change(refresh)).status).toBe(200);

    const rubbish = await Promise.all(Array.from({ length: 70 }, () => change('rubbish')));
    expect(count(rubbish, 401)).toBe(60);
    expect(count(rubbish, 429)).toBe(10);
  });
});
