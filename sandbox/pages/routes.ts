import type Router from '@koa/router';
import type Koa from 'koa';
import type { Engine } from '../engine';
import { ApiError } from '../errors';
import { readBody } from '../http/read-body';
import type { Answer } from '../http/routes';
import { confirmPayment, finishPaymentAuthentication } from '../payments/confirm-payment';
import { confirmSetup, finishSetupAuthentication } from '../payments/confirm-setup';
import { checkClientSecret } from '../resources/client-secret';
import { findPaymentIntent, findSetupIntent } from '../resources/lookup';
import { createPaymentMethod } from '../resources/payment-methods';
import type { Scope } from '../world';
import type { Html } from './html';
import { STYLE } from './style';
import { authenticationPage, cardPage, sorryPage, type Intent, type PageFacts } from './views';

/** What a page is asked with: a client secret, and where to go afterwards. */
interface Visit {
  engine: Engine;
  ctx: Koa.Context;
  id: string;
  input: URLSearchParams;
}

/**
 * Serves the pages for people: /pay/<intent> takes card details, /authenticate/<intent> is the bank's 3D Secure. Both
 * work for payment intents and setup intents, and only with the intent's client secret.
 */
export function mountPages(router: Router, engine: Engine): void {
  const visit = (ctx: Koa.Context, input: URLSearchParams): Visit => {
    const params: Record<string, string | undefined> = ctx['params'];
    return { engine, ctx, id: params['id'] ?? '', input };
  };
  const get = (path: string, page: (facts: PageFacts) => Html) =>
    router.get(path, async (ctx: Koa.Context) => {
      await guarded(ctx, () => show(visit(ctx, new URLSearchParams(ctx.querystring)), page, null));
    });
  const post = (path: string, handle: (visit: Visit) => Promise<void>) =>
    router.post(path, async (ctx: Koa.Context) => {
      const input = new URLSearchParams(await readBody(ctx.req));
      await guarded(ctx, () => handle(visit(ctx, input)));
    });
  get('/pay/:id', cardPage);
  post('/pay/:id', submitCard);
  get('/authenticate/:id', (facts) =>
    facts.intent.status === 'requires_action' ? authenticationPage(facts) : cardPage(facts),
  );
  post('/authenticate/:id', submitAuthentication);
  // Whoever sends browsers here may itself reach the sandbox at another address than they do.
  router.get('/_pages', (ctx) => {
    ctx.body = { url: engine.world.baseUrl() };
  });
  router.get('/_assets/page.css', (ctx) => {
    ctx.type = 'text/css';
    ctx.body = STYLE;
  });
}

async function guarded(ctx: Koa.Context, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    ctx.status = error.status;
    send(ctx, sorryPage(error.message), null);
  }
}

function show(visit: Visit, page: (facts: PageFacts) => Html, error: string | null): void {
  const scope: Scope = { ...visit.engine.world, cause: null };
  const intent = findIntent(scope, visit);
  const returnUrl = returnUrlOf(visit, intent);
  send(visit.ctx, page({ intent, returnUrl, error }), returnUrl);
}

async function submitCard(visit: Visit): Promise<void> {
  const { status, body } = await attempt(visit, (scope) => {
    const intent = findIntent(scope, visit);
    const method = createPaymentMethod(scope, { type: 'card', card: typedCard(visit.input) });
    const returnUrl = returnUrlOf(visit, intent);
    return intent.object === 'payment_intent'
      ? confirmPayment(scope, intent, {
          method,
          offSession: false,
          returnUrl,
          errorOnRequiresAction: false,
        })
      : confirmSetup(scope, intent, method, returnUrl);
  });
  if (status !== 200) {
    visit.ctx.status = status;
    show(visit, cardPage, messageOf(body));
    return;
  }
  const intent = findIntent({ ...visit.engine.world, cause: null }, visit);
  if (intent.status === 'requires_action') {
    const secret = encodeURIComponent(intent.client_secret ?? '');
    const back = encodeURIComponent(returnUrlOf(visit, intent) ?? '');
    seeOther(visit.ctx, `/authenticate/${intent.id}?client_secret=${secret}&return_url=${back}`);
    return;
  }
  goBack(visit, intent, 'succeeded');
}

async function submitAuthentication(visit: Visit): Promise<void> {
  const before = findIntent({ ...visit.engine.world, cause: null }, visit);
  const returnUrl = returnUrlOf(visit, before);
  const passed = visit.input.get('passed') === 'yes';
  const { status, body } = await attempt(visit, (scope) => {
    const intent = findIntent(scope, visit);
    return intent.object === 'payment_intent'
      ? finishPaymentAuthentication(scope, intent, passed)
      : finishSetupAuthentication(scope, intent, passed);
  });
  if (status !== 200 && returnUrl === null) {
    visit.ctx.status = status;
    show(visit, cardPage, messageOf(body));
    return;
  }
  visit.input.set('return_url', returnUrl ?? '');
  goBack(
    visit,
    findIntent({ ...visit.engine.world, cause: null }, visit),
    status === 200 ? 'succeeded' : 'failed',
  );
}

/** Does it in a transaction; a refusal becomes an answer, so that the page can say it. */
async function attempt(visit: Visit, work: (scope: Scope) => Answer): Promise<Answer> {
  try {
    return await visit.engine.change(null, work);
  } catch (error) {
    if (error instanceof ApiError) {
      return { status: error.status, body: { error: error.body } };
    }
    throw error;
  }
}

function findIntent(scope: Scope, { id, input }: Visit): Intent {
  const intent = id.startsWith('seti_')
    ? findSetupIntent(scope, id, 'path').object
    : findPaymentIntent(scope, id, 'path').object;
  checkClientSecret('publishable', input.get('client_secret') ?? undefined, intent);
  return intent;
}

function typedCard(input: URLSearchParams) {
  const [month = '', year = ''] = (input.get('expiry') ?? '').split('/').map((part) => part.trim());
  return {
    number: input.get('number') ?? '',
    exp_month: Number(month),
    exp_year: Number(year),
    cvc: input.get('cvc') ?? '',
  };
}

/** Sends the holder where the shop wants them, with the outcome as Stripe tells it. */
function goBack(visit: Visit, intent: Intent, outcome: 'succeeded' | 'failed'): void {
  const returnUrl = returnUrlOf(visit, intent);
  const secret = intent.client_secret ?? '';
  if (returnUrl === null) {
    seeOther(visit.ctx, `/pay/${intent.id}?client_secret=${encodeURIComponent(secret)}`);
    return;
  }
  const target = new URL(returnUrl);
  target.searchParams.set(intent.object, intent.id);
  target.searchParams.set(`${intent.object}_client_secret`, secret);
  target.searchParams.set(
    'redirect_status',
    intent.status === 'processing' ? 'processing' : outcome,
  );
  seeOther(visit.ctx, target.href);
}

function seeOther(ctx: Koa.Context, target: string): void {
  ctx.status = 303;
  ctx.set('Location', target);
  ctx.body = '';
}

/** The address to return to, of the request or of the intent's own confirmation; http and https only. */
function returnUrlOf(visit: Visit, intent: Intent): string | null {
  const given = visit.input.get('return_url') || intent.next_action?.redirect_to_url?.return_url;
  return given && URL.canParse(given) && /^https?:$/.test(new URL(given).protocol) ? given : null;
}

function messageOf(body: object): string {
  const error: unknown = Reflect.get(body, 'error');
  const message: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : null;
  return typeof message === 'string' ? message : 'That did not work.';
}

function send(ctx: Koa.Context, page: Html, returnUrl: string | null): void {
  // Browsers hold a redirect after a form to form-action as well, so the shop's origin is named.
  const shop = returnUrl === null ? '' : ` ${new URL(returnUrl).origin}`;
  ctx.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'self'; form-action 'self'${shop}; base-uri 'none'; frame-ancestors 'none'`,
  );
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.type = 'text/html';
  ctx.body = page.text;
}
