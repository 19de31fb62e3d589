import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Koa from 'koa';
import { createApiServer } from '../../api/http/server';
import { startLonelyApi, type Api, type ApiGround } from '../support/api';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi();
});
afterAll(() => api.close());

const problem = {
  type: expect.stringContaining('urn:'),
  title: expect.any(String),
  detail: expect.any(String),
  code: expect.any(String),
  request_id: expect.any(String),
  errors: expect.any(Array),
};

describe('an answer that says no', () => {
  it.each([
    ['an unknown path', 'GET', '/api/nothing/here', {}, 404, 'not_found'],
    ['an id that is no UUID', 'GET', '/api/v1/plans/7', {}, 404, 'not_found'],
    ['malformed JSON', 'POST', '/api/users/login/', { body: '{"email":' }, 400, 'parse_error'],
    ['JSON that is no object', 'POST', '/api/users/login/', { body: '7' }, 400, 'invalid_request'],
    ['no body', 'POST', '/api/users/login/', {}, 400, 'invalid_request'],
    [
      'a huge body',
      'POST',
      '/api/users/login/',
      { body: `"${'x'.repeat(100_001)}"` },
      413,
      'request_too_large',
    ],
    [
      'a form',
      'POST',
      '/api/users/login/',
      { body: 'email=a', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    ['a negative limit', 'GET', '/api/v1/plans?limit=-1', {}, 400, 'invalid_request'],
    ['a parameter given twice', 'GET', '/api/v1/plans?limit=1&limit=2', {}, 400, 'invalid_request'],
  ])(
    'is a problem in the contract’s shape for %s',
    async (_name, method, path, call, status, code) => {
      const reply = await api.call(method, path, call);
      expect(reply.status).toBe(status);
      expect(reply.headers.get('Content-Type')).toContain('application/problem+json');
      expect(reply.body).toMatchObject({ ...problem, status, code });
      expect(reply.headers.get('X-Request-Id')).toBe(reply.body.request_id);
    },
  );

  it('names the methods that a path has', async () => {
    const { status, headers, body } = await api.call('DELETE', '/api/v1/plans');
    expect(status).toBe(405);
    expect(headers.get('Allow')).toBe('HEAD, GET');
    expect(body).toMatchObject({ ...problem, code: 'method_not_allowed' });
    const options = await api.call('OPTIONS', '/api/v1/plans');
    expect(options.headers.get('Allow')).toBe('HEAD, GET');
    expect((await api.call('HEAD', '/api/v1/plans')).status).toBe(200);
  });

  it('is sent for a body of 10 MB before it has all arrived', async () => {
    const { status } = await api.post('/api/users/login/', new Uint8Array(10_000_000));
    expect(status).toBe(413);
  });

  it('masks what nobody expected, and logs it with the request id', async () => {
    const lines: unknown[] = [];
    const child = jest.spyOn(api.logger, 'error').mockImplementation((line) => lines.push(line));
    const broken = jest
      .spyOn(api.database.plans, 'findAll')
      .mockRejectedValueOnce(new Error('hush'));
    const { status, body } = await api.get('/api/billing/plans/');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hush');
    expect(lines).toEqual([expect.objectContaining({ request_id: body.request_id })]);
    child.mockRestore();
    broken.mockRestore();
  });
});

describe('while Temporal cannot be reached', () => {
  it('the API does what it can, and says 503 with Retry-After where it cannot', async () => {
    const { access } = await api.signUp();
    const plans = await api.get('/api/billing/plans/');
    expect(plans.status).toBe(200);
    const { status, headers, body } = await api.post(
      '/api/billing/subscriptions/',
      { plan: plans.body[0].id },
      access,
    );
    expect([status, body.code]).toEqual([503, 'billing_unavailable']);
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await api.get('/api/billing/subscriptions/', access)).body).toEqual([]);
  }, 15_000);

  it('is alive but not ready', async () => {
    expect((await api.get('/healthz')).body).toEqual({ status: 'ok' });
    const { status, body } = await api.get('/readyz');
    expect([status, body]).toEqual([
      503,
      { status: 'not ready', database: 'ok', temporal: 'unreachable' },
    ]);
  }, 15_000);
});

it('says 503 when Stripe cannot be reached', async () => {
  const { access } = await api.signUp();
  const card = { payment_method_id: 'pm_card_visa' };
  const { status, headers, body } = await api.post('/api/v1/payment-methods', card, access);
  expect([status, body.code]).toEqual([503, 'payments_unavailable']);
  expect(headers.get('Retry-After')).not.toBeNull();
}, 15_000);

it('says 503 when the database cannot be reached, and never waits long for it', async () => {
  const lost = await startLonelyApi();
  const { access } = await lost.signUp();
  const { sequelize } = lost.database;
  const away = jest
    .spyOn(sequelize.connectionManager, 'getConnection')
    .mockRejectedValue(new (await import('sequelize')).ConnectionRefusedError(new Error('away')));
  const { status, headers } = await lost.get('/api/billing/subscriptions/', access);
  expect([status, headers.get('Retry-After')]).toEqual([503, '5']);
  expect((await lost.get('/readyz')).body.database).toBe('unreachable');
  away.mockRestore();
  await lost.close();
}, 15_000);

describe('every answer', () => {
  it('is guarded by headers, and open to no other origin', async () => {
    const { headers } = await api.call('GET', '/api/billing/plans/', {
      headers: { Origin: 'https://elsewhere.example' },
    });
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('is counted by its route', async () => {
    await api.get('/api/v1/plans');
    const { body } = await api.get('/metrics');
    expect(body).toMatch(
      /http_requests_total\{method="GET",route="\/api\/v1\/plans",status="200"\} \d/,
    );
  });
});

/** What goes over the wire, byte for byte; the connection is closed when nothing more is to come. */
function raw(url: string, request: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

describe('a request that is not as it should be', () => {
  const login = '/api/users/login/';
  const nested = (levels: number) => `{"email":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it.each([
    ['a path that decodes to nothing', '/api/v1/plans/%E0%A4%A', 404],
    ['a path with an encoded NUL', '/api/v1/plans/%00', 404],
    ['a path that climbs', '/api/v1/plans/..%2f..%2fetc%2fpasswd', 404],
    ['a path of 8,000 characters', `/api/v1/plans/${'x'.repeat(8_000)}`, 404],
    ['a parameter that nobody knows, given twice', '/api/v1/plans?x=1&x=2', 400],
    ['a limit of nothing', '/api/v1/plans?limit=', 400],
    ['a limit beyond safe integers', '/api/v1/plans?limit=9007199254740993', 400],
    ['a limit in words', '/api/v1/plans?limit=ten', 400],
    ['a cursor that is no id', '/api/v1/plans?starting_after=7', 400],
  ])('is refused for %s', async (_what, path, status) => {
    const reply = await api.get(path);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ ...problem, status });
  });

  it.each([
    ['nested deep', nested(33)],
    ['nested deeper than any stack', nested(40_000)],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from('{"email":"a"}', 'utf16le')],
    ['two values', '{}{}'],
    ['NaN', '{"email":NaN}'],
    ['a list', '[]'],
    ['nothing', 'null'],
  ])('is refused for JSON that is %s', async (_what, body) => {
    const reply = await api.call('POST', login, { body });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ ...problem, status: 400 });
  });

  it('in JSON of up to 32 levels is read', async () => {
    const { body } = await api.call('POST', login, { body: nested(31) });
    expect([body.code, body.errors[0]?.field]).toEqual(['invalid_request', 'email']);
    const quoted = JSON.stringify({ email: '['.repeat(99), password: '\\"{'.repeat(99) });
    expect((await api.call('POST', login, { body: quoted })).body.code).not.toBe('parse_error');
  });

  it.each([
    ['text/plain', {}],
    ['application/xml', {}],
    ['multipart/form-data; boundary=x', {}],
    ['nonsense', {}],
    ['application/json', { 'Content-Encoding': 'gzip' }],
  ])('is refused as %s %j', async (type, headers) => {
    const call = { body: '{}', headers: { 'Content-Type': type, ...headers } };
    const reply = await api.call('POST', login, call);
    expect(reply.status).toBe(415);
    expect(reply.body).toMatchObject({ ...problem, status: 415 });
  });

  it('is read as JSON by any of its names', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/merge-patch+json']) {
      const call = { body: '{}', headers: { 'Content-Type': type } };
      expect((await api.call('POST', login, call)).status).toBe(400);
    }
  });

  it('is not taken for a change of what everything has', async () => {
    const body =
      '{"__proto__":{"email":"a@b.example","password":"x"},"constructor":{"prototype":{"x":1}}}';
    const reply = await api.call('POST', login, { body });
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(['email', 'password']),
    );
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('is answered by a problem though it is no HTTP', async () => {
    const answer = await raw(api.url, 'HELO there\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      ...problem,
      status: 400,
    });
  });

  it('is refused when its header fields have no end', async () => {
    const lines = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`;
    expect(await raw(api.url, lines)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('time', () => {
  const served = async (app: Koa, limits: object) => {
    const server = createApiServer(app, limits);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
  };

  it('runs out for a request whose body does not come: 408', async () => {
    const app = new Koa();
    app.silent = true;
    app.use(async ({ req }) => {
      for await (const _chunk of req);
    });
    const limits = { requestTimeout: 300, headersTimeout: 200, checkEvery: 50 };
    const { url, close } = await served(app, limits);
    const slow = await raw(url, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nslow');
    expect(slow).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(slow).toContain('"code":"request_too_slow"');
    close();
  });

  it('runs out for an answer that does not come: 503 with Retry-After', async () => {
    const hurried = await startLonelyApi({ REQUEST_TIMEOUT_SECONDS: '1' });
    const stuck = jest
      .spyOn(hurried.database.plans, 'findAll')
      .mockImplementation(() => new Promise(() => undefined));
    const { status, headers, body } = await hurried.get('/api/v1/plans');
    expect([status, body.code, headers.get('Retry-After')]).toEqual([503, 'request_timeout', '5']);
    stuck.mockRestore();
    await hurried.close();
  });
});

describe('methods', () => {
  it.each([
    ['/api/v1/plans', 'HEAD, GET'],
    ['/api/v1/subscriptions', 'HEAD, GET, POST'],
    ['/api/v1/subscriptions/7/coupon', 'PUT, DELETE'],
    ['/api/users/login/', 'POST'],
  ])('of %s are told by OPTIONS and by 405', async (path, allowed) => {
    const options = await api.call('OPTIONS', path);
    expect([options.status, options.headers.get('Allow'), options.body]).toEqual([
      200,
      allowed,
      undefined,
    ]);
    const wrong = allowed.includes('PUT') ? 'POST' : 'PUT';
    const refused = await api.call(wrong, path, { body: {} });
    expect([refused.status, refused.headers.get('Allow')]).toEqual([405, allowed]);
    expect(refused.body).toMatchObject({ ...problem, status: 405 });
  });

  it('that nobody knows are refused', async () => {
    const answer = await raw(
      api.url,
      'PROPFIND /api/v1/plans HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect((await api.call('OPTIONS', '/api/nothing')).status).toBe(404);
  });

  it('HEAD says what GET would, without it', async () => {
    const get = await fetch(`${api.url}/api/v1/plans`, {
      headers: { 'Accept-Encoding': 'identity' },
    });
    const head = await api.call('HEAD', '/api/v1/plans', {
      headers: { 'Accept-Encoding': 'identity' },
    });
    expect([head.status, head.body]).toEqual([200, undefined]);
    for (const name of ['Content-Type', 'Content-Length', 'ETag', 'Cache-Control']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
      expect(head.headers.get(name)).not.toBeNull();
    }
    expect((await api.call('HEAD', '/api/v1/plans/7')).status).toBe(404);
  });
});

describe('what a client has already', () => {
  it('is not sent again', async () => {
    const { access: token } = await api.signUp();
    for (const path of ['/api/v1/plans', '/api/v1/subscriptions', '/api/schema/']) {
      const first = await api.get(path, token);
      const tag = first.headers.get('ETag') ?? '';
      expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
      for (const known of [tag, `"other", ${tag}`, tag.replace('W/', ''), '*']) {
        const headers = { 'If-None-Match': known };
        const again = await api.call('GET', path, { token, headers });
        expect([again.status, again.body, again.headers.get('ETag')]).toEqual([
          304,
          undefined,
          tag,
        ]);
        expect((await api.call('HEAD', path, { token, headers })).status).toBe(304);
      }
      const stale = await api.call('GET', path, { token, headers: { 'If-None-Match': 'W/"old"' } });
      expect([stale.status, stale.body]).toEqual([200, first.body]);
    }
  });

  it('is sent again when it has changed', async () => {
    const { access } = await api.signUp();
    const path = '/api/auth/profile/';
    const before = await api.get(path, access);
    await api.call('PATCH', path, { body: { first_name: 'Zoë' }, token: access });
    const headers = { 'If-None-Match': before.headers.get('ETag') ?? '' };
    const after = await api.call('GET', path, { token: access, headers });
    expect([after.status, after.body.first_name]).toEqual([200, 'Zoë']);
    expect(after.headers.get('ETag')).not.toBe(before.headers.get('ETag'));
  });

  it('is not said of answers that hold a secret, or that say no', async () => {
    const account = await api.signUp();
    const login = await api.post('/api/users/login/', account);
    expect([login.status, login.headers.get('ETag')]).toEqual([200, null]);
    const headers = { 'If-None-Match': '*' };
    const missing = await api.call('GET', '/api/v1/plans/7', { headers });
    expect([missing.status, missing.headers.get('ETag')]).toEqual([404, null]);
  });
});

describe('what may be kept', () => {
  it.each([
    ['/api/v1/plans', 'public, max-age=60'],
    ['/api/billing/plans/', 'public, max-age=60'],
    ['/api/v1/subscriptions', 'no-store'],
    ['/api/subscriptions/plans/', 'no-store'],
    ['/api/v1/plans/7', 'no-store'],
    ['/healthz', 'no-store'],
  ])('of %s is %s', async (path, kept) => {
    const { access } = await api.signUp();
    expect((await api.get(path, access)).headers.get('Cache-Control')).toBe(kept);
  });
});

describe('compression', () => {
  const bytesOf = async (path: string, encoding: string, token?: string) => {
    const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
    const { hostname, port } = new URL(api.url);
    return new Promise<{ head: string; body: Buffer }>((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET ${path} HTTP/1.0\r\nHost: x\r\nAccept-Encoding: ${encoding}\r\n${authorization}\r\n`,
        ),
      );
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', reject);
      socket.on('close', () => {
        const all = Buffer.concat(chunks);
        const end = all.indexOf('\r\n\r\n');
        resolve({ head: all.subarray(0, end).toString(), body: all.subarray(end + 4) });
      });
    });
  };

  it('makes a large answer small for whoever understands it', async () => {
    const path = '/api/schema/';
    const plain = await bytesOf(path, 'identity');
    for (const [name, open] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const { head, body } = await bytesOf(path, name);
      expect(head).toContain(`Content-Encoding: ${name}`);
      expect(head).toContain('Vary: Origin, Accept-Encoding');
      expect(open(body).equals(plain.body)).toBe(true);
      expect(body.length * 5).toBeLessThan(plain.body.length);
      const tag = (text: string) => /ETag: (.*)\r\n/.exec(text)?.[1];
      expect(tag(head)).toBe(tag(plain.head));
    }
    expect(plain.head).not.toContain('Content-Encoding');
  });

  it('leaves small answers as they are', async () => {
    const { head } = await bytesOf('/healthz', 'gzip, br');
    expect(head).not.toContain('Content-Encoding');
  });
});

describe('pages of other origins', () => {
  const shop = 'https://shop.example';
  let open: Api & ApiGround;
  beforeAll(async () => {
    open = await startLonelyApi({ CORS_ORIGINS: `${shop}, https://admin.example` });
  });
  afterAll(() => open.close());

  const preflight = (to: Api, origin: string) =>
    to.call('OPTIONS', '/api/v1/subscriptions', {
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,idempotency-key',
      },
    });

  it('are answered when they are ours, before they send anything', async () => {
    for (const origin of [shop, 'https://admin.example']) {
      const { status, headers } = await preflight(open, origin);
      expect([status, headers.get('Access-Control-Allow-Origin')]).toEqual([204, origin]);
      expect(headers.get('Access-Control-Allow-Methods')).toContain('DELETE');
      expect(headers.get('Access-Control-Allow-Headers')).toContain('Idempotency-Key');
      expect(headers.get('Access-Control-Max-Age')).toBe('600');
      expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
    }
  });

  it('can read answers and refusals, with the headers that matter', async () => {
    for (const path of ['/api/v1/plans', '/api/v1/subscriptions', '/api/nothing']) {
      const { headers } = await open.call('GET', path, { headers: { Origin: shop } });
      expect(headers.get('Access-Control-Allow-Origin')).toBe(shop);
      expect(headers.get('Access-Control-Expose-Headers')).toContain('X-Request-Id');
      expect(headers.get('Vary')).toContain('Origin');
    }
  });

  it.each([
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'https://shop.example:8443',
    'null',
  ])('get nothing when they are %s', async (origin) => {
    const { status, headers } = await preflight(open, origin);
    expect([status, headers.get('Access-Control-Allow-Origin')]).toEqual([200, null]);
    expect((await preflight(api, shop)).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('can only be named as origins', async () => {
    for (const value of ['*', 'shop.example', `${shop}/`, `${shop}/app`]) {
      await expect(startLonelyApi({ CORS_ORIGINS: value })).rejects.toThrow('CORS_ORIGINS');
    }
  });
});

describe('the name of a request', () => {
  it('is kept when it is sensible, and made up when it is not', async () => {
    const named = async (name: string) => {
      const { headers } = await api.call('GET', '/healthz', { headers: { 'X-Request-Id': name } });
      return headers.get('X-Request-Id');
    };
    expect(await named('order-2031-0001')).toBe('order-2031-0001');
    for (const odd of ['short', 'x'.repeat(65), 'a b c d e f', '<script>alert(1)</script>']) {
      expect(await named(odd)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

it('keeps names as people write them', async () => {
  const { access } = await api.signUp();
  for (const name of [
    'Zoë 👩‍👩‍👧',
    '王小明',
    'עברית',
    "Robert'); DROP TABLE users;--",
    '<b>bold</b>',
  ]) {
    const changed = await api.call('PATCH', '/api/auth/profile/', {
      body: { first_name: name },
      token: access,
    });
    expect([changed.status, changed.body.first_name]).toEqual([200, name]);
    expect((await api.get('/api/auth/profile/', access)).body.first_name).toBe(name);
  }
});
