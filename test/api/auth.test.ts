import jwt from 'jsonwebtoken';
import { startLonelyApi, statusesOf, type Api, type ApiGround } from '../support/api';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi();
});
afterAll(() => api.close());

let count = 0;
const account = () => ({
  email: `user${(count += 1)}@example.com`,
  username: `johndoe${count}`,
  first_name: 'John',
  last_name: 'Doe',
  password: 'SecurePass123!',
  password_confirm: 'SecurePass123!',
});

async function register() {
  const request = account();
  const { body } = await api.post('/api/auth/register/', request);
  return { ...request, id: body.user.id, access: body.tokens.access, refresh: body.tokens.refresh };
}

const lifetimeOf = (token: string) => {
  const payload = jwt.decode(token, { json: true });
  return (payload?.exp ?? 0) - (payload?.iat ?? 0);
};

describe('registering as the second system’s clients do', () => {
  it('answers message, user and tokens', async () => {
    const request = account();
    const { status, body } = await api.post('/api/auth/register/', request);
    expect(status).toBe(201);
    expect(body).toEqual({
      message: 'Registration successful.',
      user: {
        id: expect.any(String),
        email: request.email,
        username: request.username,
        first_name: 'John',
        last_name: 'Doe',
        subscription_status: 'inactive',
        created_at: expect.stringMatching(/Z$/),
      },
      tokens: { access: expect.any(String), refresh: expect.any(String) },
    });
  });

  it('refuses two passwords that differ, and a user name that is taken, under their fields', async () => {
    const request = account();
    const differing = await api.post('/api/auth/register/', {
      ...request,
      password_confirm: 'SecurePass124!',
    });
    expect(differing.status).toBe(400);
    expect(differing.body.password_confirm).toEqual(['The two passwords do not match.']);

    const { username } = await register();
    const taken = await api.post('/api/auth/register/', {
      ...account(),
      username: username.toUpperCase(),
    });
    expect(taken.status).toBe(400);
    expect(taken.body.username).toEqual(['A user with this username already exists.']);
  });

  it('answers a wrong login with 400 and non_field_errors', async () => {
    const { email, password } = await register();
    const right = await api.post('/api/auth/login/', { email, password });
    expect(right.status).toBe(200);
    expect(Object.keys(right.body).toSorted()).toEqual(['message', 'tokens', 'user']);
    const wrong = await api.post('/api/auth/login/', { email, password: 'SecurePass124!' });
    expect(wrong.status).toBe(400);
    expect(wrong.body.non_field_errors).toEqual(['Invalid email or password.']);
  });
});

describe('tokens', () => {
  it('live 60 minutes from these calls, 5 from the first system’s, and 7 days to refresh', async () => {
    const { access, refresh } = await register();
    const first = await api.signUp();
    expect(lifetimeOf(access)).toBe(3600);
    expect(lifetimeOf(first.access)).toBe(300);
    expect(lifetimeOf(refresh)).toBe(7 * 24 * 3600);
  });

  it('are changed once; using an old refresh token again ends the whole session', async () => {
    const { refresh } = await register();
    const second = await api.post('/api/auth/token/refresh/', { refresh });
    expect(second.status).toBe(200);
    expect((await api.get('/api/auth/profile/', second.body.access)).status).toBe(200);

    const reused = await api.post('/api/auth/token/refresh/', { refresh });
    expect(reused.status).toBe(401);
    expect(reused.body).toMatchObject({
      detail: 'Token is invalid or expired',
      code: 'token_not_valid',
    });
    const rotated = await api.post('/api/auth/token/refresh/', { refresh: second.body.refresh });
    expect(rotated.status).toBe(401);
    expect((await api.get('/api/auth/profile/', second.body.access)).status).toBe(401);
  });

  it('are changed for one new pair only when the same one is sent twice at once', async () => {
    const { refresh } = await register();
    const replies = await Promise.all(
      [1, 2, 3].map(() => api.post('/api/auth/token/refresh/', { refresh })),
    );
    expect(statusesOf(replies)).toEqual([200, 401, 401]);
  });

  it('are dead after logging out, the access token too', async () => {
    const { access, refresh } = await register();
    const out = await api.post('/api/auth/logout/', { refresh }, access);
    expect(out.status).toBe(200);
    expect(out.body.message).toEqual(expect.any(String));
    expect((await api.post('/api/auth/token/refresh/', { refresh })).status).toBe(401);
    expect((await api.get('/api/auth/profile/', access)).status).toBe(401);
  });

  it('of somebody else, or rubbish, log nobody out: 400 with error', async () => {
    const mine = await register();
    const theirs = await register();
    for (const refresh of [theirs.refresh, mine.access, 'rubbish']) {
      const { status, body } = await api.post('/api/auth/logout/', { refresh }, mine.access);
      expect(status).toBe(400);
      expect(body.error).toEqual(expect.any(String));
    }
    const { refresh } = theirs;
    expect((await api.post('/api/auth/token/refresh/', { refresh })).status).toBe(200);
  });

  it('are refused when forged, unsigned, expired, or of the other kind', async () => {
    const { id, access, refresh } = await register();
    const { sid, jti } = jwt.decode(access, { json: true }) ?? {};
    const kid = jwt.decode(access, { complete: true })?.header.kid;
    const secret = api.config.JWT_SECRET;
    const payload = { token_type: 'access', sub: id, sid, jti };
    const forged = [
      jwt.sign(payload, 'another secret of more than 32 characters', {
        keyid: kid ?? '',
        expiresIn: 60,
      }),
      jwt.sign(payload, secret, { expiresIn: 60 }),
      jwt.sign(payload, secret, { keyid: 'other', expiresIn: 60 }),
      jwt.sign(payload, secret, { keyid: kid ?? '', expiresIn: -1 }),
      jwt.sign(payload, secret, { keyid: kid ?? '', algorithm: 'HS512', expiresIn: 60 }),
      jwt.sign(payload, '', { keyid: kid ?? '', algorithm: 'none', expiresIn: 60 }),
      refresh,
      'rubbish',
    ];
    for (const token of forged) {
      const { status, headers, body } = await api.get('/api/auth/profile/', token);
      expect(status).toBe(401);
      expect(headers.get('WWW-Authenticate')).toContain('Bearer');
      expect(body.code).toBe('token_not_valid');
    }
    const none = await api.get('/api/auth/profile/');
    expect(none.status).toBe(401);
    expect(none.body.detail).toBe('Authentication credentials were not provided.');
  });
});

describe('the profile', () => {
  it('changes names only', async () => {
    const { access, email, id } = await register();
    const { status, body } = await api.call('PATCH', '/api/auth/profile/', {
      token: access,
      body: { first_name: 'Jane', username: 'jane', email: 'other@example.com', is_staff: true },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      first_name: 'Jane',
      last_name: 'Doe',
      username: 'jane',
      email,
    });
    const row = await api.database.users.findByPk(id);
    expect(row?.get({ plain: true })).toMatchObject({ role: 'customer', name: 'Jane Doe' });
  });
});

describe('changing the password', () => {
  it('ends every other session, keeps this one, and mails the owner', async () => {
    const { id, email, password, access } = await register();
    const other = await api.post('/api/auth/login/', { email, password });
    const { status } = await api.post(
      '/api/auth/change-password/',
      {
        old_password: password,
        new_password: 'correct horse 9',
        new_password_confirm: 'correct horse 9',
      },
      access,
    );
    expect(status).toBe(200);
    expect((await api.get('/api/auth/profile/', access)).status).toBe(200);
    expect((await api.get('/api/auth/profile/', other.body.tokens.access)).status).toBe(401);
    const { refresh } = other.body.tokens;
    expect((await api.post('/api/auth/token/refresh/', { refresh })).status).toBe(401);
    expect((await api.post('/api/auth/login/', { email, password })).status).toBe(400);
    const again = await api.post('/api/auth/login/', { email, password: 'correct horse 9' });
    expect(again.status).toBe(200);
    const mails = await api.database.emails.findAll({ where: { userId: id } });
    expect(mails.map((mail) => mail.get({ plain: true }).kind).toSorted()).toEqual([
      'password_changed',
      'verify_email',
      'welcome',
    ]);
  });

  it('wants the old one, and a good new one, twice the same', async () => {
    const { access, password } = await register();
    const change = (old_password: string, new_password: string, new_password_confirm: string) =>
      api.post(
        '/api/auth/change-password/',
        { old_password, new_password, new_password_confirm },
        access,
      );
    const wrong = await change('SecurePass124!', 'correct horse 9', 'correct horse 9');
    expect([wrong.status, Object.keys(wrong.body)]).toEqual([
      400,
      expect.arrayContaining(['old_password']),
    ]);
    const weak = await change(password, '12345678', '12345678');
    expect([weak.status, weak.body.new_password.length]).toEqual([400, 2]);
    const differing = await change(password, 'correct horse 9', 'correct horse 8');
    expect([differing.status, Object.keys(differing.body)]).toEqual([
      400,
      expect.arrayContaining(['new_password_confirm']),
    ]);
  });
});
