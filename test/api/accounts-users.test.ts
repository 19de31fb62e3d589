import { randomUUID } from 'node:crypto';
import { createAccountLinks } from '../../platform/account-links';
import { startLonelyApi, statusesOf, type Api, type ApiGround } from '../support/api';
import { newOperator, type Operator } from './admin/operators';

let api: Api & ApiGround;
let operator: Operator;
beforeAll(async () => {
  api = await startLonelyApi();
  operator = await newOperator(api, api.database);
});
afterAll(() => api.close());

const person = (more: object = {}) => ({
  email: `${randomUUID()}@example.com`,
  name: 'Zoë 🦊 Żółć',
  ...more,
});

const kindsOf = async (userId: string) => {
  const rows = await api.database.emails.findAll({ where: { userId } });
  return rows.map((row) => row.get({ plain: true }).kind);
};

describe('a backend that brings its own customers', () => {
  it('opens their accounts under its own ids, and finds them by those', async () => {
    const external_id = `crm/${randomUUID()}`;
    const metadata = { segment: 'b2b', 'account.owner': 'Æthel' };
    const asked = person({ external_id, metadata, country: 'DE', tax_status: 'business' });
    const { status, body } = await operator.post('users', asked);
    expect([status, body]).toMatchObject([
      201,
      {
        ...asked,
        role: 'customer',
        is_active: true,
        email_verified_at: null,
        time_zone: 'UTC',
        locale: 'en-US',
      },
    ]);
    const found = await operator.get(`users?external_id=${encodeURIComponent(external_id)}`);
    expect(found.body.data).toEqual([body]);
    expect((await operator.get('users?external_id=other')).body.data).toEqual([]);
    expect((await operator.get(`users/${body.id}`)).body).toEqual(body);
    expect(await kindsOf(body.id)).toEqual([]);
  });

  it('tells whose address it is: seen already, by a link, or later', async () => {
    const done = await operator.post('users', person({ email_verification: 'done' }));
    expect(done.body.email_verified_at).toEqual(expect.any(String));
    expect(await kindsOf(done.body.id)).toEqual([]);
    const mailed = await operator.post('users', person({ email_verification: 'mail' }));
    expect(mailed.body.email_verified_at).toBeNull();
    expect(await kindsOf(mailed.body.id)).toEqual(['verify_email']);
  });

  it('opens no door: they log in once they have set a password by mail', async () => {
    const { body } = await operator.post('users', person());
    const logIn = (password: string) =>
      api.post('/api/users/login/', { email: body.email, password });
    for (const password of ['none', 'anything at all']) {
      expect((await logIn(password)).status).toBe(401);
    }
    await api.post('/api/v1/auth/forgot-password', { email: body.email });
    const row = await api.database.accountTokens.findOne({
      where: { userId: body.id },
      rejectOnEmpty: true,
    });
    const token = createAccountLinks(api.config).tokenOf(row.get({ plain: true }).id);
    const password = 'a brand new word 9';
    expect((await api.post('/api/v1/auth/reset-password', { token, password })).status).toBe(200);
    expect((await logIn(password)).status).toBe(200);
  });

  it('gets each address and each id of its own once, whoever is faster', async () => {
    const external_id = randomUUID();
    const email = `${randomUUID()}@example.com`;
    const same = await Promise.all(
      [email, email.toUpperCase(), email].map((each) =>
        operator.post('users', person({ email: each })),
      ),
    );
    expect(statusesOf(same)).toEqual([201, 409, 409]);
    expect(same.find(({ status }) => status === 409)?.body.code).toBe('email_taken');
    const ids = await Promise.all(
      [1, 2].map(() => operator.post('users', person({ external_id }))),
    );
    expect(statusesOf(ids)).toEqual([201, 409]);
    expect(ids.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'external_id_taken',
      errors: [{ field: 'external_id' }],
    });
  });

  it('may repeat a request under its Idempotency-Key', async () => {
    const asked = person({ external_id: randomUUID() });
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = await operator.post('users', asked, headers);
    const again = await operator.post('users', asked, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await operator.post('users', person(), headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('changes what it notes: names that are given, and null takes one away', async () => {
    const { body } = await operator.post('users', person({ metadata: { a: '1', b: '2' } }));
    const change = (changes: object) => operator.call('PATCH', `users/${body.id}`, changes);
    const external_id = randomUUID();
    const changed = await change({ metadata: { b: null, c: '3' }, external_id, name: 'Zoë' });
    expect([changed.status, changed.body]).toMatchObject([200, { external_id, name: 'Zoë' }]);
    expect(changed.body.metadata).toEqual({ a: '1', c: '3' });
    expect((await change({ external_id: null })).body.external_id).toBeNull();
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, 'v']));
    expect((await change({ metadata: many })).status).toBe(400);
    expect((await change({})).body.metadata).toEqual({ a: '1', c: '3' });
  });

  it('changes an address: it is to be confirmed anew, and old links are void', async () => {
    const { body } = await operator.post('users', person({ email_verification: 'mail' }));
    const row = await api.database.accountTokens.findOne({
      where: { userId: body.id },
      rejectOnEmpty: true,
    });
    const old = createAccountLinks(api.config).tokenOf(row.get({ plain: true }).id);
    const email = `${randomUUID()}@example.com`;
    const changed = await operator.call('PATCH', `users/${body.id}`, { email });
    expect([changed.status, changed.body.email]).toEqual([200, email]);
    expect((await api.post('/api/v1/auth/verify-email', { token: old })).status).toBe(400);
    expect(await kindsOf(body.id)).toEqual(['verify_email', 'verify_email']);
    const taken = await operator.call('PATCH', `users/${body.id}`, { email: operator.email });
    expect([taken.status, taken.body.code]).toEqual([409, 'email_taken']);
  });

  it('can’t become an operator by changing an operator’s address', async () => {
    const refused = await operator.call('PATCH', `users/${operator.id}`, {
      email: `${randomUUID()}@example.com`,
    });
    expect([refused.status, refused.body.code]).toEqual([403, 'operator_account']);
  });

  it('leaves nothing personal in the audit log', async () => {
    const asked = person({ external_id: randomUUID(), metadata: { note: 'knows the king' } });
    const { body } = await operator.post('users', asked);
    const email = `${randomUUID()}@example.com`;
    await operator.call('PATCH', `users/${body.id}`, {
      email,
      country: 'FR',
      metadata: { note: 'knows the queen' },
    });
    const log = await operator.get(`audit-log?object=user/${body.id}`);
    expect(log.body.data).toMatchObject([
      {
        action: 'user.change',
        before: { country: null },
        after: { country: 'FR', changed: ['email', 'metadata'] },
      },
      { action: 'user.create', before: null },
    ]);
    const words = JSON.stringify(log.body);
    for (const personal of [asked.email, email, asked.name, 'king', 'queen']) {
      expect(words).not.toContain(personal);
    }
  });

  it.each([
    [{ name: 'X' }, 'email'],
    [{ email: 'nobody', name: 'X' }, 'email'],
    [{ email: 'x@example.com' }, 'name'],
    [{ email: 'x@example.com', name: 'X\u0000Y' }, 'name'],
    [{ email: 'x@example.com', name: 'X', external_id: '' }, 'external_id'],
    [{ email: 'x@example.com', name: 'X', external_id: 'x'.repeat(256) }, 'external_id'],
    [{ email: 'x@example.com', name: 'X', metadata: { a: 1 } }, 'metadata.a'],
    [{ email: 'x@example.com', name: 'X', metadata: { 'a b': 'c' } }, 'metadata.a b'],
    [{ email: 'x@example.com', name: 'X', role: 'operator' }, 'role'],
    [{ email: 'x@example.com', name: 'X', password: 'analytical engine' }, 'password'],
    [{ email: 'x@example.com', name: 'X', country: 'Germany' }, 'country'],
  ])('is told what is wrong with %j', async (body, field) => {
    const reply = await operator.post('users', body);
    expect([reply.status, reply.body.errors[0].field]).toEqual([400, field]);
  });
});
