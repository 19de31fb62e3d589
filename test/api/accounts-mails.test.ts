import { randomUUID } from 'node:crypto';
import type { AccountTokenPurpose } from '../../activities/ports/records';
import { createAccountLinks } from '../../platform/account-links';
import { startLonelyApi, statusesOf, type Api, type ApiGround } from '../support/api';

let api: Api & ApiGround;
let strict: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi({ TRUST_PROXY: '1' });
  strict = await startLonelyApi({ REQUIRE_VERIFIED_EMAIL: 'true' });
});
afterAll(async () => {
  await api.close();
  await strict.close();
});

const mailsOf = async (userId: string, kind: string) => {
  const rows = await api.database.emails.findAll({
    where: { userId, kind },
    order: [['createdAt', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }));
};

/** The token in the newest mail, as the mailer makes it of what lies in the outbox. */
async function tokenFor(userId: string, kind: AccountTokenPurpose): Promise<string> {
  const mail = (await mailsOf(userId, kind)).at(-1);
  const id = mail !== undefined && 'token_id' in mail.data ? String(mail.data['token_id']) : '';
  return createAccountLinks(api.config).tokenOf(id);
}

const verify = (token: string) => api.post('/api/v1/auth/verify-email', { token });
const forgot = (email: string, from = '198.51.100.1') =>
  api.call('POST', '/api/v1/auth/forgot-password', {
    body: { email },
    headers: { 'X-Forwarded-For': from },
  });
const reset = (token: string, password: string) =>
  api.post('/api/v1/auth/reset-password', { token, password });
const logIn = (email: string, password: string) =>
  api.post('/api/users/login/', { email, password });
const verifiedAt = async (id: string) =>
  (await api.database.users.findByPk(id, { rejectOnEmpty: true })).get({ plain: true })
    .emailVerifiedAt;

let lastAddress = 0;
const newAddress = () => `203.0.113.${(lastAddress += 1)}`;

describe('confirming an email address', () => {
  it('works by the link that sign-up mails, once', async () => {
    const { id } = await api.signUp();
    expect(await verifiedAt(id)).toBeNull();
    const token = await tokenFor(id, 'verify_email');
    const first = await verify(token);
    expect([first.status, first.body.message]).toEqual([200, 'Email address confirmed.']);
    expect(await verifiedAt(id)).toEqual(expect.stringMatching(/Z$/));
    const again = await verify(token);
    expect([again.status, again.body.code, again.body.errors[0].field]).toEqual([
      400,
      'token_not_valid',
      'token',
    ]);
  });

  it('works for one of several who click at once', async () => {
    const { id } = await api.signUp();
    const token = await tokenFor(id, 'verify_email');
    expect(statusesOf(await Promise.all([1, 2, 3].map(() => verify(token))))).toEqual([
      200, 400, 400,
    ]);
  });

  it('does not work by an older link, a late one, a forged one, or one for another purpose', async () => {
    const { id, email, access } = await api.signUp();
    const older = await tokenFor(id, 'verify_email');
    const resent = await api.post('/api/v1/auth/resend-verification', {}, access);
    expect(resent.status).toBe(202);
    const newer = await tokenFor(id, 'verify_email');
    expect(newer).not.toBe(older);
    await forgot(email, newAddress());
    const flipped = `${newer.slice(0, -1)}${newer.endsWith('A') ? 'B' : 'A'}`;
    const foreign = createAccountLinks({ JWT_SECRET: 'another secret of 32 characters!' });
    for (const token of [
      older,
      flipped,
      foreign.tokenOf(randomUUID()),
      createAccountLinks(api.config).tokenOf(randomUUID()),
      await tokenFor(id, 'reset_password'),
      'rubbish',
    ]) {
      const refused = await verify(token);
      expect([refused.status, refused.body.code]).toEqual([400, 'token_not_valid']);
    }
    await api.database.accountTokens.update(
      { expiresAt: new Date().toISOString() },
      { where: { userId: id, purpose: 'verify_email' } },
    );
    expect((await verify(newer)).status).toBe(400);
    expect(await verifiedAt(id)).toBeNull();
  });

  it('is asked for again three times, then not so often; and mails nothing once it is done', async () => {
    const { id, access } = await api.signUp();
    const again = () => api.post('/api/v1/auth/resend-verification', {}, access);
    const replies = [await again(), await again(), await again(), await again()];
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202, 429]);
    await verify(await tokenFor(id, 'verify_email'));
    expect((await again()).status).toBe(202);
    expect(await mailsOf(id, 'verify_email')).toHaveLength(4);
    expect((await api.post('/api/v1/auth/resend-verification', {})).status).toBe(401);
  });

  it('leaves no secret in the database: neither the row nor the mail holds the token', async () => {
    const { id } = await api.signUp();
    const signature = (await tokenFor(id, 'verify_email')).slice(22);
    const [tokens] = await api.database.sequelize.query('select * from account_tokens');
    const [mails] = await api.database.sequelize.query('select * from emails');
    expect(JSON.stringify([tokens, mails])).toContain(id);
    expect(JSON.stringify([tokens, mails])).not.toContain(signature);
  });

  it('is not needed to subscribe, unless a setting says so', async () => {
    const { id, access } = await strict.signUp();
    const plans = await strict.get('/api/v1/plans');
    const plan_id = plans.body.data[0].id;
    const calls = [
      ['/api/v1/subscriptions', { plan_id }],
      ['/api/billing/subscriptions/', { plan: plan_id }],
      ['/api/subscriptions/create/', { plan_id, payment_method_id: 'pm_card_visa' }],
    ] as const;
    for (const [path, body] of calls) {
      const refused = await strict.post(path, body, access);
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'email_not_verified']);
    }
    await strict.database.users.update(
      { emailVerifiedAt: new Date().toISOString() },
      { where: { id } },
    );
    // Temporal can't be reached here: it was asked.
    expect((await strict.post('/api/v1/subscriptions', { plan_id }, access)).status).toBe(503);
    expect(
      (await api.post('/api/v1/subscriptions', { plan_id }, (await api.signUp()).access)).status,
    ).not.toBe(403);
  });
});

describe('a forgotten password', () => {
  it('is told alike, and after the same time, whether the address has an account or not', async () => {
    const { email, id } = await api.signUp();
    const gone = await api.signUp();
    await api.database.users.update({ isActive: false }, { where: { id: gone.id } });
    const timed = async (address: string) => {
      const begun = performance.now();
      const { status, body } = await forgot(address, newAddress());
      return { status, body, ms: performance.now() - begun };
    };
    const [known, unknown, deactivated] = [
      await timed(email.toUpperCase()),
      await timed('nobody@example.com'),
      await timed(gone.email),
    ];
    expect(known.status).toBe(202);
    for (const other of [unknown, deactivated]) {
      expect([other.status, other.body]).toEqual([known.status, known.body]);
      expect(Math.abs(other.ms - known.ms)).toBeLessThan(150);
      expect(other.ms).toBeGreaterThan(245);
    }
    expect(await mailsOf(id, 'reset_password')).toHaveLength(1);
    expect(await mailsOf(gone.id, 'reset_password')).toHaveLength(0);
  });

  it('is set anew by the link, which ends every session and tells the owner; the link works once', async () => {
    const { id, email, password, access, refresh } = await api.signUp();
    const other = await logIn(email, password);
    await forgot(email, newAddress());
    const token = await tokenFor(id, 'reset_password');
    const weak = await reset(token, '12345678');
    expect([weak.status, weak.body.code]).toEqual([400, 'password_weak']);
    expect(weak.body.errors).toHaveLength(2);
    expect((await reset(token, 'a brand new word 9')).status).toBe(200);

    for (const bearer of [access, other.body.access]) {
      expect((await api.get('/api/auth/profile/', bearer)).status).toBe(401);
    }
    for (const old of [refresh, other.body.refresh]) {
      expect((await api.post('/api/auth/token/refresh/', { refresh: old })).status).toBe(401);
    }
    expect((await logIn(email, password)).status).toBe(401);
    expect((await logIn(email, 'a brand new word 9')).status).toBe(200);
    expect(await mailsOf(id, 'password_changed')).toHaveLength(1);
    const replayed = await reset(token, 'yet another word 9');
    expect([replayed.status, replayed.body.code]).toEqual([400, 'token_not_valid']);
    expect(await verifiedAt(id)).not.toBeNull();
    expect((await verify(await tokenFor(id, 'verify_email'))).status).toBe(400);
  });

  it('is set once when the link is followed twice at the same moment', async () => {
    const { id, email } = await api.signUp();
    await forgot(email, newAddress());
    const token = await tokenFor(id, 'reset_password');
    const replies = await Promise.all(
      [1, 2, 3].map((index) => reset(token, `a brand new word ${index}`)),
    );
    expect(statusesOf(replies)).toEqual([200, 400, 400]);
    expect(await mailsOf(id, 'password_changed')).toHaveLength(1);
  });

  it('can be asked for by anybody without flooding the owner, or spoiling the link they have', async () => {
    const { id, email } = await api.signUp();
    for (let index = 0; index < 6; index += 1) {
      expect((await forgot(email, newAddress())).status).toBe(202);
    }
    expect(await mailsOf(id, 'reset_password')).toHaveLength(3);
    expect((await reset(await tokenFor(id, 'reset_password'), 'a brand new word 9')).status).toBe(
      200,
    );
  });

  it('is asked for twenty times from one address, then not so often', async () => {
    const from = newAddress();
    const replies = await Promise.all(
      Array.from({ length: 24 }, () => forgot(`${randomUUID()}@example.com`, from)),
    );
    expect(statusesOf(replies).filter((status) => status === 429)).toHaveLength(4);
  });

  it('is no use after the password was changed, or the account deactivated', async () => {
    const { id, email, password, access } = await api.signUp();
    await forgot(email, newAddress());
    const before = await tokenFor(id, 'reset_password');
    await api.post(
      '/api/auth/change-password/',
      {
        old_password: password,
        new_password: 'a brand new word 9',
        new_password_confirm: 'a brand new word 9',
      },
      access,
    );
    expect((await reset(before, 'yet another word 9')).status).toBe(400);
    await forgot(email, newAddress());
    const token = await tokenFor(id, 'reset_password');
    await api.database.users.update({ isActive: false }, { where: { id } });
    expect((await reset(token, 'yet another word 9')).status).toBe(400);
  });

  it('lets an owner in again whom a crowd of guessers had locked out', async () => {
    const { id, email } = await api.signUp();
    const from = newAddress();
    await api.database.sequelize.query('delete from rate_limits');
    for (let batch = 0; batch < 11; batch += 1) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          api.call('POST', '/api/users/login/', {
            body: { email, password: 'guess' },
            headers: { 'X-Forwarded-For': `192.0.2.${batch * 10 + index}` },
          }),
        ),
      );
    }
    await forgot(email, from);
    const token = await tokenFor(id, 'reset_password');
    const headers = { 'X-Forwarded-For': from };
    const attempt = (password: string) =>
      api.call('POST', '/api/users/login/', { body: { email, password }, headers });
    expect((await attempt('a brand new word 9')).status).toBe(429);
    await api.call('POST', '/api/v1/auth/reset-password', {
      body: { token, password: 'a brand new word 9' },
      headers,
    });
    expect((await attempt('a brand new word 9')).status).toBe(200);
  });
});

describe('what is no token', () => {
  it.each([
    ['verify-email', {}],
    ['verify-email', { token: 5 }],
    ['verify-email', { token: 'a\u0000b' }],
    ['verify-email', { token: 'x'.repeat(5000) }],
    ['verify-email', { token: 'x', other: 1 }],
    ['reset-password', { token: 'x' }],
    ['reset-password', { password: 'a brand new word 9' }],
    ['forgot-password', { email: 'nobody' }],
    ['forgot-password', { email: ['a@example.com'] }],
    ['forgot-password', {}],
  ])('is refused by %s: %j', async (path, body) => {
    const reply = await api.post(`/api/v1/auth/${path}`, body);
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_request']);
  });

  it('is not tried for ever from one address', async () => {
    const headers = { 'X-Forwarded-For': newAddress() };
    const replies = await Promise.all(
      Array.from({ length: 70 }, () =>
        api.call('POST', '/api/v1/auth/verify-email', { body: { token: 'rubbish' }, headers }),
      ),
    );
    expect(statusesOf(replies).filter((status) => status === 429)).toHaveLength(10);
  });
});
