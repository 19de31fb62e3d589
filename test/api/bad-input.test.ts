import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { QueryTypes } from 'sequelize';
import { createKeyring, signToken } from '../../api/accounts/tokens';
import type { Route } from '../../api/http/route';
import { allRoutes } from '../../api/routes';
import { signingSecretsOf } from '../../platform/config';
import type { Call, Customer, Reply } from '../support/api';
import { begin, openStage, type Life, type Stage } from '../support/story';
import { newOperator } from './admin/operators';
import { membersOf, sampleOf } from './sample-requests';

/**
 * Every route of the router, and what nobody should send to it. The cases are made from the schemas
 * by which the routes read their requests, so a new route is tried as soon as it is there.
 */
const routes = allRoutes(new Registry());

let stage: Stage;
let customer: Customer;
let operator: Customer;
let stranger: Life;
beforeAll(async () => {
  stage = await openStage();
  customer = await stage.api.signUp();
  operator = await newOperator(stage.api, stage.world.database);
  const at = '2031-01-01T00:00:00Z';
  stranger = await begin(stage, { at, plan_id: stage.plan('Basic month') });
});
afterAll(() => stage.close());

const nameOf = ({ method, paths: [path] }: Route) => `${method.toUpperCase()} ${path}`;
const each = (some: readonly Route[]) => some.map((route) => [nameOf(route), route] as const);

/** The path with something in the place of its parameter. */
const pathOf = (route: Route, parameter = nobodys(route)) =>
  route.paths[0].replaceAll(/:\w+/g, encodeURIComponent(parameter));

/** An id that could be one, and isn't anybody's: one of ours, or one of Stripe's. */
function nobodys({ request: { shape } }: Route): string {
  const ids = [randomUUID(), 'pm_nobodys', 'du_nobodys', 'evt_nobodys'];
  return ids.find((id) => shape.params?.safeParse({ id }).success === true) ?? randomUUID();
}

const tokenFor = ({ auth }: Route): Pick<Call, 'token'> =>
  auth === 'open' ? {} : { token: auth === 'operator' ? operator.access : customer.access };

const send = (route: Route, path: string, call: Call = {}) =>
  stage.api.call(route.method.toUpperCase(), path, { ...tokenFor(route), ...call });

/** The smallest request that the route takes, as far as the schema can tell. */
const goodCall = ({ request: { shape } }: Route): Pick<Call, 'body'> =>
  shape.body === undefined ? {} : { body: sampleOf(shape.body) };
const goodQuery = ({ request: { shape } }: Route): string =>
  shape.query === undefined
    ? ''
    : new URLSearchParams(
        Object.entries(sampleOf(shape.query)).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]),
      ).toString();

/** Pages speak to people. */
const isPage = ({ paths: [path] }: Route) => path.startsWith('/pay/');

/** Nothing here is ever our fault, and every no is a problem in the contract's shape. */
function expectContract(route: Route, reply: Reply, what: string): void {
  const { status, headers, body } = reply;
  const said = `${nameOf(route)} with ${what}: ${status} ${JSON.stringify(body)?.slice(0, 300)}`;
  if (status >= 500) throw new Error(said);
  if (status < 400 || isPage(route)) return;
  expect([said, headers.get('Content-Type')]).toEqual([said, 'application/problem+json']);
  expect(body).toEqual(
    expect.objectContaining({
      type: `urn:everbill:problem:${body.code}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      request_id: headers.get('X-Request-Id'),
      errors: expect.any(Array),
    }),
  );
}

/** Where somebody may try only so often, that may be what they are told. */
function expectRefusal(route: Route, reply: Reply, what: string, status: number): void {
  expectContract(route, reply, what);
  if (reply.status === 429) return;
  expect([what, reply.status]).toEqual([what, status]);
}

/** How many rows each table has, but for those that count attempts. */
async function rows(): Promise<Record<string, string>> {
  const { sequelize } = stage.world.database;
  const tables = await sequelize.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_name not like 'rate_limit%'`,
    { type: QueryTypes.SELECT },
  );
  const counted = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await sequelize.query<{ count: string }>(`select count(*) from "${name}"`, {
        type: QueryTypes.SELECT,
      });
      return [name, row?.count ?? ''] as const;
    }),
  );
  return Object.fromEntries(counted);
}

describe('somebody who is not let in', () => {
  const guarded = routes.filter(({ auth }) => auth !== 'open');

  const tokens = () => {
    const keyring = createKeyring(signingSecretsOf(stage.world.config));
    const sign = (changes: object, by = keyring) =>
      signToken(by, {
        type: 'access' as const,
        userId: customer.id,
        sessionId: randomUUID(),
        tokenId: randomUUID(),
        lifetime: 300,
        ...changes,
      });
    const [head = '', payload = '', signature = ''] = customer.access.split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    return {
      nonsense: 'nonsense',
      'one that has expired': sign({ lifetime: -1 }),
      'one of another key': sign({}, createKeyring(['somebody else’s secret of 32 characters'])),
      'one of no session': sign({}),
      'one that is not signed': `${none}.${payload}.`,
      'one with another payload': `${head}.${payload.slice(0, -2)}xx.${signature}`,
      'one that renews': customer.refresh,
    };
  };

  it.each(each(guarded))('is told so by %s', async (_name, route) => {
    const path = pathOf(route);
    const method = route.method.toUpperCase();
    const nobody = await stage.api.call(method, path, goodCall(route));
    expectContract(route, nobody, 'no token');
    expect([nobody.status, nobody.body.code]).toEqual([401, 'not_authenticated']);
    expect(nobody.headers.get('WWW-Authenticate')).toContain('Bearer');
    for (const [what, token] of Object.entries(tokens())) {
      const reply = await stage.api.call(method, path, { ...goodCall(route), token });
      expectContract(route, reply, what);
      expect([what, reply.status]).toEqual([what, 401]);
    }
    if (route.auth !== 'operator') return;
    const customers = await send(route, path, { ...goodCall(route), token: customer.access });
    expectContract(route, customers, 'a customer');
    expect([customers.status, customers.body.code]).toEqual([403, 'permission_denied']);
  });
});

describe('what belongs to somebody else', () => {
  const own = routes.filter(({ auth, paths: [path] }) => auth === 'user' && path.includes('/:'));

  /** The stranger's thing that a path is about. */
  async function theirs({ paths: [path] }: Route): Promise<string> {
    const token = stranger.customer.access;
    const first = async (list: string) => (await stage.api.get(list, token)).body.data[0].id;
    if (path.includes('/subscriptions/')) return stranger.id;
    if (path.includes('/invoices/')) return first('/api/v1/invoices');
    if (path.includes('/payment-methods/')) return first('/api/v1/payment-methods');
    if (path.includes('/test-clocks/')) return stranger.clockId;
    throw new Error(`Whose is what ${path} is about? Say it here.`);
  }

  it.each(each(own))('is not there for %s (I10)', async (_name, route) => {
    const id = await theirs(route);
    const before = await rows();
    const reply = await send(route, pathOf(route, id), goodCall(route));
    expectContract(route, reply, 'somebody else’s id');
    const unknown = await send(route, pathOf(route), goodCall(route));
    expect([reply.status, reply.body.code]).toEqual([404, unknown.body.code]);
    expect([unknown.status, unknown.body.detail]).toEqual([404, reply.body.detail]);
    expect(await rows()).toEqual(before);
  });

  it('is there for them', async () => {
    const path = `/api/v1/subscriptions/${stranger.id}`;
    expect((await stage.api.get(path, stranger.customer.access)).status).toBe(200);
  });
});

describe('an id that is none', () => {
  const withId = routes.filter(
    ({ paths: [path], request: { shape } }) => path.includes('/:') && shape.params !== undefined,
  );
  const oddities = [
    'nonsense',
    '7',
    '-1',
    "1' or '1'='1",
    '<script>',
    '../..',
    '\0',
    '🦊',
    'x'.repeat(300),
    '00000000-0000-0000-0000-00000000000g',
  ];

  it.each(each(withId))('is not found by %s', async (_name, route) => {
    for (const odd of oddities) {
      const reply = await send(route, pathOf(route, odd), goodCall(route));
      expectContract(route, reply, odd);
      expect([odd, reply.status]).toEqual([odd, 404]);
    }
  });
});

describe('a body that is not as it should be', () => {
  const withBody = routes.filter(({ request: { shape } }) => shape.body !== undefined);

  it.each(each(withBody))('is refused by %s, and nothing is written', async (_name, route) => {
    const { body: schema } = route.request.shape;
    if (schema === undefined) return;
    const path = pathOf(route);
    const before = await rows();
    for (const [what, call, status] of [
      ['malformed JSON', { body: '{"a":' }, 400],
      ['null', { body: 'null' }, 400],
      ['a list', { body: '[]' }, 400],
      ['a text', { body: '"text"' }, 400],
      ['a number', { body: '7' }, 400],
      ['invalid UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400],
      ['100 levels', { body: `${'['.repeat(100)}${']'.repeat(100)}` }, 400],
      [
        'a form',
        { body: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
        415,
      ],
      ['110 KB', { body: `{"a":"${'x'.repeat(110_000)}"}` }, 413],
    ] satisfies [string, Call, number][]) {
      expectRefusal(route, await send(route, path, call), what, status);
    }
    const good = sampleOf(schema);
    for (const name of membersOf(schema)) {
      for (const wrong of [7.5, -1, 'a\0b', true, {}, [], [[{}]], { a: {} }, 1e300, 2 ** 53]) {
        const body = { ...good, [name]: wrong };
        const verdict = schema.safeParse(JSON.parse(JSON.stringify(body)));
        if (verdict.success) continue;
        const what = `${name}: ${JSON.stringify(wrong)}`;
        const reply = await send(route, path, { body });
        expectRefusal(route, reply, what, 400);
        if (reply.status === 400) expect(reply.body.errors.length).toBeGreaterThan(0);
      }
    }
    for (const name of ['is_admin', 'role', 'user_id', 'constructor', '__proto__']) {
      const body = `{${JSON.stringify(name)}:{"x":1}${Object.entries(good)
        .map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`)
        .join('')}}`;
      if (schema.safeParse(JSON.parse(body)).success) continue;
      expectRefusal(route, await send(route, path, { body }), `unknown ${name}`, 400);
    }
    expect(await rows()).toEqual(before);
  });

  it.each(each(withBody.filter(({ paths: [path] }) => path.startsWith('/api/v1/'))))(
    'with a member that nobody knows is refused by %s',
    async (_name, route) => {
      const { body: schema } = route.request.shape;
      const good = schema === undefined ? {} : sampleOf(schema);
      const reply = await send(route, pathOf(route), { body: { ...good, surprise: 1 } });
      expectRefusal(route, reply, 'surprise', 400);
      if (reply.status === 429) return;
      expect(reply.body.errors).toContainEqual(
        expect.objectContaining({ field: 'surprise', code: 'unknown_field' }),
      );
    },
  );
});

const hostile = [
  "Robert'); drop table users;--",
  '" or ""="',
  '<script>alert(1)</script>',
  '{{7*7}}${7*7}',
  '%s%n\\u0000',
  'Zoë 👩‍👩‍👧 王 עברית',
  '\ud800',
  ' ',
  '$where',
  'x'.repeat(5_000),
];

describe('SQL, HTML and odd text', () => {
  it.each(each(routes.filter(({ request: { shape } }) => shape.body !== undefined)))(
    'in any text of a body are text to %s',
    async (_name, route) => {
      const { body: schema } = route.request.shape;
      if (schema === undefined) return;
      for (const name of membersOf(schema)) {
        for (const text of hostile) {
          const body = { ...sampleOf(schema), [name]: text };
          const reply = await send(route, pathOf(route), { body });
          expectContract(route, reply, `${name}: ${text.slice(0, 40)}`);
          if (!schema.safeParse(body).success && reply.status !== 429)
            expect(reply.status).toBe(400);
        }
      }
    },
  );

  it.each(each(routes.filter(({ method }) => method === 'get' || method === 'delete')))(
    'in any parameter, and every other odd one, are no trouble to %s',
    async (_name, route) => {
      const { query: schema } = route.request.shape;
      const names = schema === undefined ? ['surprise'] : membersOf(schema);
      const before = await rows();
      for (const name of names) {
        for (const value of [
          ...hostile,
          '',
          '-1',
          '0',
          '1e9',
          '99999999999999999999',
          'null',
          'a\0b',
          '[]',
          '2031-13-01',
        ]) {
          const query = new URLSearchParams(goodQuery(route));
          query.set(name, value);
          const reply = await send(route, `${pathOf(route)}?${query.toString()}`);
          expectContract(route, reply, `${name}=${value.slice(0, 40)}`);
          if (name === 'limit') expect([value, reply.status]).toEqual([value, 400]);
        }
        if (isPage(route) || !route.paths[0].startsWith('/api/')) continue;
        const twice = await send(route, `${pathOf(route)}?${name}=1&${name}=2`);
        expectRefusal(route, twice, `${name} twice`, 400);
      }
      expect(await rows()).toEqual(before);
    },
  );
});

it('leaves everything where it was', async () => {
  const { status, body } = await stage.api.get('/readyz');
  expect([status, body.database]).toEqual([200, 'ok']);
  expect((await stage.api.get('/api/v1/plans')).status).toBe(200);
  const profile = await stage.api.get('/api/auth/profile/', customer.access);
  expect([profile.status, profile.body.email]).toEqual([200, customer.email]);
});
