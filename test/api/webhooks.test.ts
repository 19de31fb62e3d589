import { connect } from 'node:net';
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

  it.each([
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a number', '7'],
    ['a sentence', '"evt_1"'],
    ['an id of ten kilobytes', JSON.stringify({ ...newEvent(), id: `evt_${'x'.repeat(10_000)}` })],
    ['a type of ten kilobytes', JSON.stringify({ ...newEvent(), type: 'x'.repeat(10_000) })],
    ['an id with a null character', JSON.stringify({ ...newEvent(), id: 'evt_\0' })],
    ['an empty id', JSON.stringify({ ...newEvent(), id: '' })],
    ['brackets without end', '['.repeat(400_000)],
  ])('is refused clearly when it is %s', async (_, payload) => {
    const { status, body } = await deliver(path, payload, signed(payload));
    expect(status).toBe(400);
    expect(['event_invalid', 'signature_invalid']).toContain(body.code);
  });

  it('is refused when its bytes are others, though they mean the same', async () => {
    const event = newEvent();
    const payload = JSON.stringify(event);
    const signature = signed(payload);
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(event).toReversed()));
    const others = [JSON.stringify(event, null, 2), reordered, payload.replace('evt', '\\u0065vt')];
    for (const other of [...others, payload.slice(0, -1), payload.slice(0, 20)]) {
      const { status, body } = await deliver(path, other, signature);
      expect([status, body.code]).toEqual([400, 'signature_invalid']);
    }
    expect(await stored(event.id)).toBe(0);
  });

  it('is stored without what PostgreSQL can’t hold and without secrets', async () => {
    const event = newEvent();
    const object = {
      id: 'pi_1',
      client_secret: 'pi_1_secret_abc',
      description: 'nul \0 and half \ud83d of a pair, whole 😀',
      next_action: { redirect_to_url: { url: 'https://bank.test/?client_secret=src_x&a=b' } },
      return_url: 'https://shop.test/done?payment_intent_client_secret=pi_1_secret_abc',
      'key\0': 1,
    };
    const payload = JSON.stringify({ ...event, data: { object } });
    expect((await deliver(path, payload, signed(payload))).status).toBe(200);
    const row = await api.database.webhookEvents.findByPk(event.id, { rejectOnEmpty: true });
    expect(row.get({ plain: true }).payload).toEqual({
      ...event,
      data: {
        object: {
          id: 'pi_1',
          description: 'nul \uFFFD and half \uFFFD of a pair, whole 😀',
          next_action: {
            redirect_to_url: { url: 'https://bank.test/?client_secret=[removed]&a=b' },
          },
          return_url: 'https://shop.test/done?payment_intent_client_secret=[removed]',
          'key\uFFFD': 1,
        },
      },
    });
  });

  it('may be nested far deeper than any of Stripe’s', async () => {
    const event = newEvent();
    const deep = `{"a":`.repeat(5_000) + '1' + '}'.repeat(5_000);
    const payload = JSON.stringify(event).replace('{"id":"pi_1"}', deep);
    expect((await deliver(path, payload, signed(payload))).status).toBe(200);
    expect(await stored(event.id)).toBe(1);
  });

  it('is cut off at a megabyte while it is still being sent', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        if (sent > 200_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const request = { method: 'POST', body: endless, duplex: 'half' } as const;
    const status = await fetch(`${api.url}${path}`, request).then(
      (response) => response.status,
      // The connection is closed under the sender.
      () => 413,
    );
    expect(status).toBe(413);
    expect(sent).toBeLessThan(100_000_000);
  });

  it('that is cut off on its way is not stored', async () => {
    const event = newEvent();
    const payload = JSON.stringify(event);
    const { port, hostname } = new URL(api.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${payload.length}\r\n` +
            `Stripe-Signature: ${signed(payload)}\r\n\r\n${payload.slice(0, -5)}`,
          () => socket.destroy(),
        );
      });
      socket.once('close', () => resolve());
    });
    expect(await stored(event.id)).toBe(0);
    expect((await deliver(path, payload, signed(payload))).status).toBe(200);
  });

  it('leaves neither its signature nor its words in the log', async () => {
    const lines: string[] = [];
    const logged = await startLonelyApi({ LOG_LEVEL: 'trace' }, (line) => lines.push(line));
    const payload = JSON.stringify({
      ...newEvent(),
      data: { object: { client_secret: 'cs_hush' } },
    });
    const signature = signed(payload);
    for (const [body, header] of [
      [payload, signature],
      [payload, 't=1,v1=forged'],
      [payload.slice(0, -1), signature],
    ] as const) {
      await logged.call('POST', path, { body, headers: { 'Stripe-Signature': header } });
    }
    await logged.close();
    expect(lines.length).toBeGreaterThanOrEqual(3);
    const all = lines.join('');
    for (const secret of ['cs_hush', signature, 'v1=', 'whsec_']) expect(all).not.toContain(secret);
  });
});
