import type Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../sandbox/index';
import { clientOf } from './fixture';

let sandbox: Sandbox;
let stripe: Stripe;

beforeEach(async () => {
  sandbox = await startSandbox();
  stripe = clientOf(sandbox);
});
afterEach(() => sandbox.close());

const shop = 'https://shop.example/back?order=7';
const card = { expiry: '12 / 34', cvc: '123' };

async function visit(url: string) {
  const response = await fetch(url, { redirect: 'manual' });
  return { status: response.status, headers: response.headers, page: await response.text() };
}

async function submit(path: string, fields: Record<string, string>) {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  const location = response.headers.get('location');
  return { status: response.status, location, page: await response.text() };
}

const newIntent = () =>
  stripe.paymentIntents.create({ amount: 1099, currency: 'eur', description: '<b>Pro</b> plan' });

const statusOf = async (id: string) => (await stripe.paymentIntents.retrieve(id)).status;

describe('the card page', () => {
  it('shows the amount, escapes what it shows and runs no script', async () => {
    const { id, client_secret } = await newIntent();
    const { status, headers, page } = await visit(
      `${sandbox.url}/pay/${id}?client_secret=${client_secret}&return_url=${encodeURIComponent(shop)}`,
    );
    expect(status).toBe(200);
    expect(page).toContain('Pay 10.99 EUR');
    expect(page).toContain('&lt;b&gt;Pro&lt;/b&gt; plan');
    expect(page).not.toContain('<script');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' https://shop.example;");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('opens only with the right client secret', async () => {
    const { id } = await newIntent();
    expect((await visit(`${sandbox.url}/pay/${id}?client_secret=guess`)).status).toBe(400);
    expect((await visit(`${sandbox.url}/pay/${id}`)).status).toBe(400);
    expect((await visit(`${sandbox.url}/pay/pi_none?client_secret=x`)).status).toBe(404);
    const { status } = await submit(`/pay/${id}`, { client_secret: 'x', number: '4242', ...card });
    expect(status).toBe(400);
    expect(await statusOf(id)).toBe('requires_payment_method');
  });

  it('takes a payment and sends the payer back to the shop', async () => {
    const { id, client_secret } = await newIntent();
    const { status, location } = await submit(`/pay/${id}`, {
      client_secret: client_secret ?? '',
      return_url: shop,
      number: '4242 4242 4242 4242',
      ...card,
    });
    expect(status).toBe(303);
    const target = new URL(location ?? '');
    expect(target.origin).toBe('https://shop.example');
    expect(Object.fromEntries(target.searchParams)).toEqual({
      order: '7',
      payment_intent: id,
      payment_intent_client_secret: client_secret,
      redirect_status: 'succeeded',
    });
    expect(await statusOf(id)).toBe('succeeded');
  });

  it('says why a card was declined, and takes another', async () => {
    const { id, client_secret } = await newIntent();
    const fields = { client_secret: client_secret ?? '', ...card };
    const declined = await submit(`/pay/${id}`, { ...fields, number: '4000000000009995' });
    expect(declined.status).toBe(402);
    expect(declined.page).toContain('insufficient funds');
    const mistyped = await submit(`/pay/${id}`, { ...fields, number: '4242424242424241' });
    expect(mistyped.page).toContain('card number is incorrect');
    const paid = await submit(`/pay/${id}`, { ...fields, number: '4242424242424242' });
    expect(paid.location).toContain(`/pay/${id}`);
    expect((await visit(`${sandbox.url}${paid.location}`)).page).toContain('This payment is paid.');
  });

  it('in two tabs pays once', async () => {
    const { id, client_secret } = await newIntent();
    const fields = { client_secret: client_secret ?? '', number: '4242424242424242', ...card };
    const tabs = await Promise.all([submit(`/pay/${id}`, fields), submit(`/pay/${id}`, fields)]);
    expect(new Set(tabs.map(({ status }) => status))).toEqual(new Set([303, 400]));
    expect(sandbox.control.books()['eur']).toMatchObject({ charged: 1099, payments: 1 });
  });

  it.each([
    ['yes', 'succeeded', 'succeeded'],
    ['no', 'failed', 'requires_payment_method'],
  ])('leads through 3D Secure (passed: %s)', async (passed, redirect_status, status) => {
    const { id, client_secret } = await newIntent();
    const asked = await submit(`/pay/${id}`, {
      client_secret: client_secret ?? '',
      return_url: shop,
      number: '4000000000003220',
      ...card,
    });
    expect(asked.location).toContain(`/authenticate/${id}`);
    expect((await visit(`${sandbox.url}${asked.location}`)).page).toContain('Is this you?');
    const answered = await submit(`/authenticate/${id}`, {
      client_secret: client_secret ?? '',
      return_url: shop,
      passed,
    });
    const target = new URL(answered.location ?? '');
    expect(target.searchParams.get('redirect_status')).toBe(redirect_status);
    expect(await statusOf(id)).toBe(status);
  });

  it('saves a card for a setup intent', async () => {
    const intent = await stripe.setupIntents.create({});
    const { status } = await submit(`/pay/${intent.id}`, {
      client_secret: intent.client_secret ?? '',
      number: '4242424242424242',
      ...card,
    });
    expect(status).toBe(303);
    expect((await stripe.setupIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('sends nobody to an address that is no web page', async () => {
    const { id, client_secret } = await newIntent();
    const { page } = await visit(
      `${sandbox.url}/pay/${id}?client_secret=${client_secret}&return_url=javascript:alert(1)`,
    );
    expect(page).not.toContain('javascript:');
  });
});

describe('the control API over HTTP', () => {
  const command = async (name: string, body: unknown, type = 'application/json') => {
    const response = await fetch(`${sandbox.url}/_control/${name}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
    const answer: { result?: unknown } = JSON.parse(await response.text());
    return { status: response.status, body: answer };
  };

  it('does what the control object does', async () => {
    await command('fail-next-payment', { declineCode: 'lost_card' });
    await expect(
      stripe.paymentIntents.create({
        amount: 500,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: true,
      }),
    ).rejects.toMatchObject({ decline_code: 'lost_card' });
    const waiting = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
    });
    expect((await command('complete-3ds', { intent: waiting.id })).status).toBe(200);
    expect(await statusOf(waiting.id)).toBe('succeeded');
    const dispute = await command('open-dispute', { payment: waiting.id });
    expect(dispute.body.result).toMatchObject({ object: 'dispute', status: 'needs_response' });
    await command('faults', { latencyMs: 50, rates: { rate_limit: 1 } });
    await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 429 });
    await command('calm', {});
    const books = await fetch(`${sandbox.url}/_control/books`);
    expect(await books.json()).toMatchObject({ usd: { charged: 500, disputed: 500, net: 0 } });
  });

  it('takes only commands and JSON', async () => {
    expect((await command('explode', {})).status).toBe(404);
    expect((await command('set-pending', { count: -1 })).status).toBe(400);
    expect((await command('set-pending', { number: 1 })).status).toBe(400);
    expect((await command('calm', {}, 'text/plain')).status).toBe(415);
  });
});
