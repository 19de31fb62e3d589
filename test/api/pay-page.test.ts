import { randomUUID } from 'node:crypto';
import { createPayLinks } from '../../platform/pay-links';
import { dashboardOf } from '../support/dashboard';
import { freePort } from '../../scripts/stack/ports';
import { startApi, startLonelyApi, type Api, type Customer } from '../support/api';
import {
  advance,
  breakCard,
  clockAt,
  eventually,
  planCalled,
  planLike,
  subscribe,
} from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
let api: Api;
beforeAll(async () => {
  quietRuntime();
  const port = await freePort();
  // No webhook arrives: what becomes of a payment is learned from the page alone.
  world = await createWorld({ settings: { PUBLIC_URL: `http://127.0.0.1:${port}` } });
  api = await startApi(world, port);
});
afterEach(() => world.sandbox.control.calm());
afterAll(async () => {
  await api.close();
  await world.close();
});

const stripe = () => dashboardOf(world.config);

/** What a browser gets; it follows no redirect. */
async function visit(url: string, form?: Record<string, string>) {
  const response = await fetch(new URL(url, api.url), {
    redirect: 'manual',
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    page: await response.text(),
    location: response.headers.get('location') ?? '',
  };
}

/** Presses the button of the pay page; where it leads, the card page of the sandbox. */
async function pressPay(url: string): Promise<URL> {
  const { status, location } = await visit(url, {});
  expect(status).toBe(303);
  return new URL(location);
}

/** Types a card in at the sandbox's card page; where that leads. */
async function typeCard(cardPage: URL, number: string) {
  return visit(cardPage.href, {
    client_secret: cardPage.searchParams.get('client_secret') ?? '',
    return_url: cardPage.searchParams.get('return_url') ?? '',
    number,
    expiry: '12/34',
    cvc: '123',
  });
}

/** From the button to the end: the page that the customer sees then. */
async function payWith(url: string, number: string) {
  const paid = await typeCard(await pressPay(url), number);
  const back = await visit(paid.location);
  expect([paid.status, back.status]).toEqual([303, 303]);
  return visit(back.location);
}

async function invoiceOf({ access }: Customer) {
  const { body } = await api.get('/api/v1/invoices', access);
  return body.data[0];
}

/** A customer to whom an invoice of $10.00 was sent. */
async function invoiced() {
  const customer = await api.signUp();
  const plan = await planCalled(world, 'basic_monthly');
  const made = await api.post('/api/billing/subscriptions/', { plan: plan.id }, customer.access);
  expect(made.status).toBe(201);
  const invoice = await invoiceOf(customer);
  return { customer, invoice, url: String(invoice.hosted_url) };
}

/** A customer whose card is charged $10.00 a month, and of late in vain; on a test clock. */
async function pastDue() {
  const customer = await api.signUp();
  const plan = await planLike(world, 'basic_monthly', { amountMinor: 1000n, trialDays: 0 });
  const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
  const { subscriptionId } = await subscribe(world, {
    userId: customer.id,
    planId: plan.id,
    testClockId,
    paymentMethodId: 'pm_card_visa',
  });
  await breakCard(world, customer.id);
  await advance(world, testClockId, '2026-05-01T00:00:00.000Z');
  const invoice = await invoiceOf(customer);
  expect(invoice).toMatchObject({ status: 'open', attempts: [{ status: 'failed' }] });
  return { customer, invoice, url: String(invoice.hosted_url), subscriptionId, testClockId };
}

const methodsOf = async ({ access }: Customer) =>
  (await api.get('/api/v1/payment-methods', access)).body.data;

const chargedAtStripe = () => world.sandbox.control.books()['usd']?.charged ?? 0;

describe('the page of an invoice', () => {
  it('shows who asks for how much, for what and until when, to whoever has the link', async () => {
    const { invoice, url } = await invoiced();
    const { status, headers, page } = await visit(url);
    expect(status).toBe(200);
    for (const words of ['Everbill', invoice.number, '$10.00', 'Basic', 'To be paid', 'due on']) {
      expect(page).toContain(words);
    }
    expect(page).toContain('<button type="submit">Pay $10.00</button>');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toContain('noindex');
  });

  it('runs no script, and loads nothing but its own style, which may be kept for ever', async () => {
    const { url } = await invoiced();
    const { headers, page } = await visit(url);
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/ style=| on\w+=/);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; " +
        `form-action 'self' ${world.sandbox.url}; base-uri 'none'; frame-ancestors 'none'`,
    );
    const [, style = ''] = /href="(\/pay\/assets\/pay-[0-9a-f]{12}\.css)"/.exec(page) ?? [];
    const asset = await visit(style);
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect((await visit('/pay/assets/pay-000000000000.css')).status).toBe(404);
    expect((await visit('/pay/assets/..%2fpay.pug')).status).toBe(404);
  });

  it('has the same link all day, and another for another invoice', async () => {
    const first = await invoiced();
    const second = await invoiced();
    expect((await invoiceOf(first.customer)).hosted_url).toBe(first.url);
    expect(second.url).not.toBe(first.url);
    expect(new URL(first.url).origin).toBe(api.url);
  });

  it('shows whatever words an invoice has as words', async () => {
    const { customer, url } = await invoiced();
    await world.database.users.update(
      { locale: '<script>alert(1)</script>', timeZone: '"><img src=x onerror=alert(1)>' },
      { where: { id: customer.id } },
    );
    const { status, page } = await visit(url);
    expect(status).toBe(200);
    expect(page).not.toMatch(/<script|<img/);
  });
});

it('is where the mails about an invoice lead', async () => {
  const { customer, invoice } = await invoiced();
  const link = new RegExp(`${api.url}/pay/[\\w-]{56}`);
  const message = await eventually('the invoice is mailed', async () => {
    const to = encodeURIComponent(customer.email);
    const found = await (await fetch(`${world.mailUrl}/api/messages?to=${to}`)).text();
    return found.includes(invoice.number) && found;
  });
  const [url = ''] = link.exec(message) ?? [];
  expect((await visit(url)).page).toContain(invoice.number);
  const stored = await world.database.emails.findAll({ where: { userId: customer.id } });
  expect(JSON.stringify(stored)).not.toContain('/pay/');
});

describe('paying on the page', () => {
  it('is seen at once, though no webhook ever comes', async () => {
    const { customer, url } = await invoiced();
    const { page } = await payWith(url, '4242424242424242');
    expect(page).toContain('>Paid<');
    expect(page).not.toContain('<button');
    expect(await invoiceOf(customer)).toMatchObject({ status: 'paid', amount_paid: 1000 });
    expect(await methodsOf(customer)).toEqual([]);
  });

  it('with a card that is declined says why, and takes another', async () => {
    const { customer, url } = await invoiced();
    const cardPage = await pressPay(url);
    const declined = await typeCard(cardPage, '4000000000009995');
    expect([declined.status, declined.page]).toEqual([402, expect.stringContaining('funds')]);
    const { page } = await visit(url);
    expect(page).toContain('role="alert"');
    expect(page).toContain('not enough money in the account');
    const statuses = async () =>
      (await invoiceOf(customer)).attempts.map(({ status }: { status: string }) => status);
    await eventually('the decline is recorded', async () => (await statuses()).length === 1);
    expect((await payWith(url, '4242424242424242')).page).toContain('>Paid<');
    expect(await statuses()).toEqual(['failed', 'succeeded']);
  });

  it.each([
    ['yes', 'Paid', 'paid'],
    ['no', 'The last payment did not go through. Your bank wants you to confirm', 'open'],
  ])('asks the bank (passed: %s), and says what it said', async (passed, words, status) => {
    const { customer, url } = await invoiced();
    const cardPage = await pressPay(url);
    const asked = await typeCard(cardPage, '4000000000003220');
    const bank = new URL(asked.location, world.sandbox.url);
    expect(bank.pathname).toContain('/authenticate/');
    const answered = await visit(bank.href, {
      client_secret: bank.searchParams.get('client_secret') ?? '',
      return_url: bank.searchParams.get('return_url') ?? '',
      passed,
    });
    const back = await visit(answered.location);
    expect([back.status, back.location]).toEqual([303, new URL(url).pathname]);
    expect((await visit(back.location)).page).toContain(words);
    expect((await invoiceOf(customer)).status).toBe(status);
    if (passed === 'no') {
      expect((await payWith(url, '4242424242424242')).page).toContain('>Paid<');
    }
  });

  it('in two tabs with two cards pays once', async () => {
    const { customer, url } = await invoiced();
    const before = chargedAtStripe();
    const tabs = await Promise.all([pressPay(url), pressPay(url)]);
    expect(tabs[0]?.pathname).toBe(tabs[1]?.pathname);
    const [first, second] = tabs;
    if (first === undefined || second === undefined) throw new Error('two tabs');
    const paid = await Promise.all([
      typeCard(first, '4242424242424242'),
      typeCard(second, '5555555555554444'),
    ]);
    expect(paid.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 400]);
    // The tab that lost shows the same as the one that won.
    await visit(paid.find(({ status }) => status === 303)?.location ?? '');
    expect((await visit(url)).page).toContain('>Paid<');
    expect(chargedAtStripe() - before).toBe(1000);
    expect(await invoiceOf(customer)).toMatchObject({ status: 'paid', amount_paid: 1000 });
    expect((await visit(url, {})).location).toBe(new URL(url).pathname);
  });

  it('while the same invoice is paid by another intent gives the surplus back', async () => {
    const { customer, invoice, url } = await invoiced();
    await pressPay(url);
    // Another intent, which says that it is for this invoice.
    const payer = await world.database.users.findByPk(customer.id, { rejectOnEmpty: true });
    const other = await stripe().paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer: payer.get({ plain: true }).stripeCustomerId ?? '',
      metadata: { invoice_id: invoice.id },
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: url,
    });
    expect((await payWith(url, '4242424242424242')).page).toContain('>Paid<');
    await world.database.webhookEvents.create({
      id: `evt_${randomUUID()}`,
      type: 'payment_intent.succeeded',
      payload: { data: { object: { ...other, object: 'payment_intent' } }, livemode: false },
    });
    await eventually('the surplus is refunded', async () => {
      const { data } = await stripe().refunds.list({ payment_intent: other.id });
      return data.length === 1 && data[0]?.amount === 1000;
    });
    expect(await invoiceOf(customer)).toMatchObject({ status: 'paid', amount_paid: 1000 });
  });

  it('tells whoever pays by a bank that it takes days, and when the money came', async () => {
    const { customer, invoice, url } = await invoiced();
    world.sandbox.control.setPending(1);
    const { page } = await payWith(url, '4242424242424242');
    expect(page).toContain('Payment under way');
    expect(page).not.toContain('<button');
    expect((await invoiceOf(customer)).attempts).toMatchObject([{ status: 'processing' }]);
    const { stripePaymentIntentId } = (
      await world.database.invoices.findByPk(invoice.id, { rejectOnEmpty: true })
    ).get({ plain: true });
    await world.sandbox.control.settlePayment(stripePaymentIntentId ?? '', 'succeed');
    // Just by being looked at: the page tells the books to read again.
    await visit(url);
    await eventually('it is paid', async () => (await invoiceOf(customer)).status === 'paid');
    expect((await visit(url)).page).toContain('>Paid<');
  });

  it('while Stripe is away shows the invoice, and charges nothing', async () => {
    const { url } = await invoiced();
    expect((await visit(url)).page).toContain('<button');
    world.sandbox.control.setFaults({ rates: { error_before_commit: 1 } });
    const { status, page } = await visit(url);
    expect([status, page]).toEqual([200, expect.stringContaining('can’t be reached')]);
    expect(page).not.toContain('<button');
    expect((await visit(url, {})).location).toBe(new URL(url).pathname);
  });
});

describe('a subscription that is charged automatically', () => {
  it('is paid on the page with a new card, which is charged from then on', async () => {
    const { customer, url, subscriptionId, testClockId } = await pastDue();
    const { page } = await visit(url);
    expect(page).toContain('Past due');
    expect(page).toContain('you allow Everbill to charge this card for your subscription');
    expect(page).toContain('we try your saved card again on');
    expect((await payWith(url, '5555555555554444')).page).toContain('>Paid<');
    await eventually('the card is the default', async () => {
      const methods = await methodsOf(customer);
      return methods.some((one: { last4: string; is_default: boolean }) => {
        return one.last4 === '4444' && one.is_default;
      });
    });
    const path = `/api/v1/subscriptions/${subscriptionId}`;
    await eventually('it is active', async () => {
      return (await api.get(path, customer.access)).body.status === 'active';
    });
    await advance(world, testClockId, '2026-06-01T00:00:00.000Z');
    expect(await invoiceOf(customer)).toMatchObject({ status: 'paid', cycle: 3 });
  });

  it('is charged by its saved card on schedule after the page was only looked at', async () => {
    const { customer, url, testClockId } = await pastDue();
    const methods = await methodsOf(customer);
    await pressPay(url);
    const good = methods.find(({ is_default }: { is_default: boolean }) => !is_default);
    await world.database.paymentMethods.update(
      { isDefault: false },
      { where: { userId: customer.id } },
    );
    await world.database.paymentMethods.update({ isDefault: true }, { where: { id: good.id } });
    await advance(world, testClockId, '2026-05-02T00:00:00.000Z');
    expect(await invoiceOf(customer)).toMatchObject({ status: 'paid', cycle: 2 });
  });

  it('can be paid on the page without ever having had a card', async () => {
    const customer = await api.signUp();
    const plan = await planLike(world, 'basic_monthly', { amountMinor: 700n, trialDays: 7 });
    const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
    await subscribe(world, {
      userId: customer.id,
      planId: plan.id,
      testClockId,
      terms: { collectionMethod: 'charge_automatically' },
    });
    await advance(world, testClockId, '2026-04-08T00:00:00.000Z');
    const invoice = await invoiceOf(customer);
    expect(invoice).toMatchObject({ status: 'open', amount_due: 700 });
    expect((await payWith(invoice.hosted_url, '4242424242424242')).page).toContain('>Paid<');
    await eventually('the card is kept', async () => (await methodsOf(customer)).length === 1);
  });

  it('that was given up can still be paid, and is not revived', async () => {
    const { customer, url, subscriptionId, testClockId } = await pastDue();
    await advance(world, testClockId, '2026-05-20T00:00:00.000Z');
    const path = `/api/v1/subscriptions/${subscriptionId}`;
    expect((await api.get(path, customer.access)).body.status).toBe('canceled');
    const invoice = await invoiceOf(customer);
    expect(invoice.status).toBe('uncollectible');
    const secret = await api.get(`/api/v1/invoices/${invoice.id}/payment`, customer.access);
    expect([secret.status, secret.body.client_secret]).toEqual([
      200,
      expect.stringMatching(/^pi_/),
    ]);
    const { page } = await visit(url);
    expect(page).toContain('Past due');
    expect(page).not.toContain('you allow Everbill');
    await payWith(url, '4242424242424242');
    await eventually('it is paid', async () => (await invoiceOf(customer)).status === 'paid');
    expect((await api.get(path, customer.access)).body.status).toBe('canceled');
    expect(await methodsOf(customer)).toHaveLength(2);
  });
});

describe('links that open nothing', () => {
  const links = () => createPayLinks(world.config);
  const day = 86_400_000;

  it('say the same of invoices that are there and that are not', async () => {
    const { invoice, url } = await invoiced();
    const token = new URL(url).pathname.split('/').at(-1) ?? '';
    const foreign = createPayLinks({
      ...world.config,
      JWT_SECRET: 'another secret of 32 characters!',
    });
    const damaged = [
      `/pay/${token.slice(0, -1)}`,
      `/pay/${token}A`,
      `/pay/${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `/pay/${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`,
      `/pay/${token.toLowerCase()}`,
      `/pay/${'A'.repeat(56)}`,
      `/pay/${invoice.id}`,
      '/pay/%00',
      '/pay/..%2f..%2fetc%2fpasswd',
      foreign.pathFor(invoice.id),
      links().pathFor(randomUUID()),
    ];
    const [first, ...others] = await Promise.all(damaged.map((path) => visit(path)));
    expect([first?.status, first?.page]).toEqual([404, expect.stringContaining('does not work')]);
    for (const [index, other] of others.entries()) {
      expect([damaged[index + 1], other.status]).toEqual([damaged[index + 1], 404]);
      expect(other.page).toBe(first?.page);
    }
    expect((await visit(links().pathFor(randomUUID()), {})).status).toBe(404);
    expect(first?.page).not.toContain(invoice.number);
  });

  it('have a last day', async () => {
    const { invoice } = await invoiced();
    const madeAgo = (days: number) =>
      links().pathFor(invoice.id, new Date(Date.now() - days * day));
    expect((await visit(madeAgo(90))).status).toBe(200);
    const { status, page, headers } = await visit(madeAgo(91));
    expect([status, page]).toEqual([410, expect.stringContaining('expired')]);
    expect(page).not.toContain(invoice.number);
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await visit(madeAgo(91), {})).status).toBe(410);
  });

  it('to a paid or withdrawn invoice take no money', async () => {
    const { customer, invoice, url } = await invoiced();
    await payWith(url, '4242424242424242');
    const before = chargedAtStripe();
    expect((await visit(url, {})).location).toBe(new URL(url).pathname);
    expect((await visit(`${url}?redirect_status=succeeded`)).status).toBe(303);
    expect(chargedAtStripe()).toBe(before);

    const other = await invoiced();
    await world.database.invoices.update({ status: 'void' }, { where: { id: other.invoice.id } });
    const { page } = await visit(other.url);
    expect(page).toContain('was withdrawn. There is nothing to pay');
    expect((await visit(other.url, {})).location).toBe(new URL(other.url).pathname);
    expect((await invoiceOf(other.customer)).hosted_url).toBeNull();
    expect((await invoiceOf(customer)).id).toBe(invoice.id);
  });

  it('believe nothing that is written behind them', async () => {
    const { customer, url } = await invoiced();
    await visit(url);
    const faked = await visit(`${url}?payment_intent=pi_fake&redirect_status=succeeded`);
    expect([faked.status, faked.location]).toEqual([303, new URL(url).pathname]);
    expect((await invoiceOf(customer)).status).toBe('open');
    expect((await visit(url)).page).toContain('<button');
    expect((await visit(`${url}?redirect_status=a&redirect_status=b`)).status).toBe(303);
  });
});

describe('with a real key of Stripe’s', () => {
  /** The same, but that the money is told to be real: what it asks Stripe, the sandbox answers. */
  async function withRealKey(settings: Partial<World['config']>) {
    const { STRIPE_API_URL: _sandbox, ...config } = world.config;
    return startApi({ ...world, config: { ...config, ...settings } }, 0, stripe());
  }

  it('shows Stripe’s own form on the invoice’s intent, and lets in nobody but Stripe', async () => {
    const { url } = await pastDue();
    const real = await withRealKey({ STRIPE_PUBLISHABLE_KEY: 'pk_test_123' });
    const response = await fetch(new URL(new URL(url).pathname, real.url));
    const page = await response.text();
    const [, secret = ''] = /data-client-secret="(pi_\w+)"/.exec(page) ?? [];
    const intent = await stripe().paymentIntents.retrieve(secret.split('_secret_')[0] ?? '');
    expect(intent).toMatchObject({ client_secret: secret, setup_future_usage: 'off_session' });
    expect(page).toContain('data-publishable-key="pk_test_123"');
    expect(page).toContain(`data-return-url="${url}"`);
    expect(page).toContain('<script src="https://js.stripe.com/v3/" defer></script>');
    const [, own = ''] = /src="(\/pay\/assets\/pay-with-stripe-\w+\.js)"/.exec(page) ?? [];
    const script = await fetch(new URL(own, real.url));
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const policy = response.headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "script-src 'self' https://js.stripe.com https://*.js.stripe.com",
      'frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
      'connect-src https://api.stripe.com',
      'img-src https://*.stripe.com data:',
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    await real.close();
  });

  it('and none for browsers tells the operators, and offers no form', async () => {
    const { url } = await invoiced();
    await visit(url);
    const real = await withRealKey({});
    const response = await fetch(new URL(new URL(url).pathname, real.url));
    const page = await response.text();
    expect(page).toContain('STRIPE_PUBLISHABLE_KEY');
    expect(page).not.toMatch(/<form|<script|pi_/);
    expect(response.headers.get('content-security-policy')).not.toContain('stripe.com');
    await real.close();
  });
});

it('tells people on a page, too, that nothing can be shown', async () => {
  const lonely = await startLonelyApi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' });
  const links = createPayLinks(lonely.config);
  const guessed = await fetch(`${lonely.url}/pay/${'A'.repeat(56)}`);
  const known = await fetch(`${lonely.url}${links.pathFor(randomUUID())}`);
  const page = await known.text();
  await lonely.close();
  expect([guessed.status, known.status]).toEqual([404, 503]);
  expect(page).toContain('Please try again in a minute');
});
