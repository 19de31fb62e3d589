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
    expect(headers.get('Cache-Control')).toBe('no-store');
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
