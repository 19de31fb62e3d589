import { createStripe } from '../../platform/stripe';
import { startLonelyApi, type Api, type ApiGround } from '../support/api';

let api: Api & ApiGround;
beforeAll(async () => {
  api = await startLonelyApi();
});
afterAll(() => api.close());

let count = 0;
const newEvent = () => ({
  id: `evt_${(count += 1)}`,
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object: { id: 'pi_1' } },
});

const signed = (payload: string, secret = 'whsec_new_0123456789', timestamp?: number) =>
  createStripe(api.config).webhooks.generateTestHeaderString({
    payload,
    secret,
    ...(timestamp === undefined ? {} : { timestamp }),
  });

const paths = ['/api/billing/stripe/webhook/', '/api/webhooks/stripe/'];
const deliver = (path: string, payload: string, signature?: string) =>
  api.call('POST', path, {
    body: payload,
    headers: signature === undefined ? {} : { 'Stripe-Signature': signature },
  });

const stored = (id: string) => api.database.webhookEvents.count({ where: { id } });

describe.each(paths)('an event at %s', (path) => {
  it('is stored once before it is acknowledged, however often it comes', async () => {
    const event = newEvent();
    const payload = JSON.stringify(event);
    const replies = await Promise.all([1, 2, 3].map(() => deliver(path, payload, signed(payload))));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(replies[0]?.body).toEqual({ received: true });
    const rows = await api.database.webhookEvents.findAll({ where: { id: event.id } });
    expect(rows.map((row) => row.get({ plain: true }))).toEqual([
      expect.objectContaining({ type: event.type, payload: event, status: 'received' }),
    ]);
  });

  it('may be signed by either secret while one is replaced', async () => {
    const payload = JSON.stringify(newEvent());
    const { status } = await deliver(path, payload, signed(payload, 'whsec_old_0123456789'));
    expect(status).toBe(200);
  });

  it('is refused when nobody, somebody else, or long ago signed it, or it was changed since', async () => {
    const event = newEvent();
    const payload = JSON.stringify(event);
    const old = Math.floor(Date.now() / 1000) - 301;
    const signatures = [
      undefined,
      '',
      'rubbish',
      't=1,v1=00',
      signed(payload, 'whsec_other'),
      signed(payload, ' '),
      signed(payload, 'whsec_new_0123456789', old),
      signed(`${payload} `),
    ];
    for (const signature of signatures) {
      const { status, body } = await deliver(path, payload, signature);
      expect([status, body.code]).toEqual([400, 'signature_invalid']);
    }
    expect(await stored(event.id)).toBe(0);
  });

  it('is refused when it is signed but no event, or larger than a megabyte', async () => {
    for (const payload of ['{}', '[]', 'rubbish', '{"id":7,"type":"x"}']) {
      expect((await deliver(path, payload, signed(payload))).status).toBe(400);
    }
    const huge = JSON.stringify({ ...newEvent(), pad: 'x'.repeat(1_000_000) });
    expect((await deliver(path, huge, signed(huge))).status).toBe(413);
  });
});
