import { startLonelyApi, type Api, type ApiGround } from '../support/api';

const clocks = '/api/v1/test-clocks';
const begin = { frozen_time: '2031-01-01T00:00:00Z' };

describe('a test clock while Temporal is away', () => {
  let api: Api & ApiGround;
  beforeAll(async () => {
    api = await startLonelyApi();
  });
  afterAll(() => api.close());

  it('remembers where it was sent, and goes there when asked again, nowhere else', async () => {
    const { access } = await api.signUp();
    const { body: clock } = await api.post(clocks, begin, access);
    const advance = (frozen_time: string) =>
      api.post(`${clocks}/${clock.id}/advance`, { frozen_time }, access);
    expect((await advance('2031-02-01T00:00:00Z')).status).toBe(503);
    expect((await api.get(`${clocks}/${clock.id}`, access)).body).toEqual({
      ...clock,
      status: 'advancing',
      target_time: '2031-02-01T00:00:00.000Z',
    });
    const elsewhere = await advance('2031-03-01T00:00:00Z');
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'test_clock_busy']);
    expect((await advance('2031-02-01T00:00:00Z')).status).toBe(503);
    const removed = await api.call('DELETE', `${clocks}/${clock.id}`, { token: access });
    expect(removed.status).toBe(409);
  }, 20_000);

  it.each(['tomorrow', '2031-01-01', '2031-01-01T00:00:00', '9999-99-99T00:00:00Z', 7])(
    'is not made at %s',
    async (frozen_time) => {
      const { access } = await api.signUp();
      const { status, body } = await api.post(clocks, { frozen_time }, access);
      expect([status, body.errors[0].field]).toEqual([400, 'frozen_time']);
    },
  );
});

describe('where real money moves', () => {
  it('only operators have test clocks', async () => {
    const api = await startLonelyApi({ STRIPE_API_URL: '' });
    const { id, access } = await api.signUp();
    const refused = await api.post(clocks, begin, access);
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_denied']);
    await api.database.users.update({ role: 'operator' }, { where: { id } });
    expect((await api.post(clocks, begin, access)).status).toBe(201);
    await api.close();
  });
});
