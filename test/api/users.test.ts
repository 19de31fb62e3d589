import { startLonelyApi, statusesOf, type Api, type ApiGround } from '../support/api';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi();
});
afterAll(() => api.close());

describe('signing up as the first system’s clients do', () => {
  it('answers the user with both tokens, by either spelling, with or without the slash', async () => {
    const paths = ['/api/users/signup/', '/api/users/singup/', '/api/users/signup'];
    for (const [index, path] of paths.entries()) {
      const email = `ada${index}@example.com`;
      const { status, body } = await api.post(path, {
        name: 'Ada Lovelace',
        email,
        password: 'analytical engine',
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        user: { id: expect.any(String), name: 'Ada Lovelace', email },
        access: expect.any(String),
        refresh: expect.any(String),
      });
    }
  });

  it('writes the welcome mail, and the link to confirm the address, together with the account', async () => {
    const { id } = await api.signUp();
    const mails = await api.database.emails.findAll({ where: { userId: id } });
    expect(mails.map((mail) => mail.get({ plain: true }).kind).toSorted()).toEqual([
      'verify_email',
      'welcome',
    ]);
  });

  it.each([
    ['name', { email: 'x@example.com', password: 'analytical engine' }],
    ['email', { name: 'X', email: 'nobody', password: 'analytical engine' }],
    ['password', { name: 'X', email: 'x@example.com', password: 'k3.Qz' }],
    ['password', { name: 'X', email: 'x@example.com', password: 'password123' }],
    ['password', { name: 'X', email: 'x@example.com', password: '8154711002' }],
    ['password', { name: 'X', email: 'wintermute@example.com', password: 'wintermute1' }],
    ['name', { name: 'X\u0000Y', email: 'x@example.com', password: 'analytical engine' }],
    ['password', { name: 'X', email: 'x@example.com', password: ['a'] }],
  ])('says under %s what is wrong with it, and writes nothing', async (field, body) => {
    const before = await api.database.users.count();
    const reply = await api.post('/api/users/signup/', body);
    expect(reply.status).toBe(400);
    expect(reply.body[field]).toEqual([expect.stringMatching(/[.]$/)]);
    expect(await api.database.users.count()).toBe(before);
  });

  it('takes an address once, whatever its case, also when two ask at the same moment', async () => {
    const account = { name: 'Twin', password: 'analytical engine' };
    const replies = await Promise.all(
      ['twin@example.com', 'TWIN@example.com', 'Twin@Example.com'].map((email) =>
        api.post('/api/users/signup/', { ...account, email }),
      ),
    );
    expect(statusesOf(replies)).toEqual([201, 400, 400]);
    const refused = replies.find(({ status }) => status === 400);
    expect(refused?.body.email).toEqual(['A user with this email already exists.']);
  });
});

describe('logging in', () => {
  it('answers the account with its instants, whatever the case of the address', async () => {
    const { id, email, password } = await api.signUp();
    const { status, body } = await api.post('/api/users/login/', {
      email: email.toUpperCase(),
      password,
    });
    expect(status).toBe(200);
    expect(body.user).toEqual({
      id,
      name: 'Carla',
      email,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
  });

  it('tells a wrong password and an unknown address alike, in words and in time', async () => {
    const { email } = await api.signUp();
    const timed = async (address: string) => {
      const begun = performance.now();
      const reply = await api.post('/api/users/login/', { email: address, password: 'wrong' });
      return { ...reply, ms: performance.now() - begun };
    };
    await timed('warm-up@example.com');
    const wrong = await timed(email);
    const unknown = await timed('nobody@example.com');
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(wrong.body.detail).toBe('Invalid email or password.');
    expect(unknown.body.detail).toBe('Invalid email or password.');
    expect(unknown.ms).toBeGreaterThan(wrong.ms / 4);
  });

  it('slows down guessing, but only for the guesser’s account and address', async () => {
    const { email, password } = await api.signUp();
    const other = await api.signUp();
    const guesses = await Promise.all(
      Array.from({ length: 14 }, (_, index) =>
        api.post('/api/users/login/', { email, password: `guess ${index}` }),
      ),
    );
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
    const slowed = await api.post('/api/users/login/', { email, password });
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('Retry-After'))).toBeGreaterThan(0);
    const { status } = await api.post('/api/users/login/', {
      email: other.email,
      password: other.password,
    });
    expect(status).toBe(200);
  });

  it('lets a deactivated user in no more, and ends what they were doing at once', async () => {
    const { id, email, password, access, refresh } = await api.signUp();
    await api.database.users.update({ isActive: false }, { where: { id } });
    expect((await api.post('/api/users/login/', { email, password })).status).toBe(401);
    const second = await api.post('/api/auth/login/', { email, password });
    expect(second.status).toBe(400);
    expect(second.body.non_field_errors).toEqual(['Invalid email or password.']);
    expect((await api.get('/api/auth/profile/', access)).status).toBe(401);
    expect((await api.post('/api/auth/token/refresh/', { refresh })).status).toBe(401);
  });
});
