import { z } from 'zod';
import { sandboxPagesUrl } from '../../../platform/sandbox-pages';
import { assetNamed } from '../../../templates/pages/assets';
import {
  renderPayPage,
  renderPayProblem,
  type PayForm,
} from '../../../templates/pages/render-page';
import { beginPayment, paymentOf, settleReturn, type Payment } from '../../commands/hosted-payment';
import type { Dependencies } from '../../dependencies';
import { outageOf } from '../../http/known-failures';
import { notFound } from '../../http/problem';
import { answer, route } from '../../http/route';
import { hostedInvoice, type HostedInvoice } from '../../queries/hosted-invoice';
import { payPageHeaders } from './policy';
import { sellerOf } from './seller';
import { payPage, payWords, problemPages } from './view';

const tags = ['Pages'];
const html = z.string().meta({ contentType: 'text/html; charset=utf-8' });
/** Whatever it is: what is no token of ours is told on a page. */
const params = z.object({ token: z.string() });
const pages = { 200: html, 303: html, 404: html, 410: html, 503: html };

/** The page of one invoice: whoever has its link sees it and can pay it, without signing in. */
export const payRoutes = [
  route({
    method: 'get',
    path: '/pay/:token',
    auth: 'open',
    summary: 'See and pay one invoice',
    description:
      'The `hosted_url` of an invoice. It works for 90 days after it was given out, for the invoice alone.',
    tags,
    request: z.object({
      params,
      query: z.object({
        redirect_status: z.unknown().optional().describe('As Stripe sends the customer back.'),
      }),
    }),
    responses: pages,
    secret: 'again',
    handler: ({ params: { token }, query }, dependencies) =>
      shown(dependencies, token, async (hosted) => {
        if (query.redirect_status === undefined) return showInvoice(dependencies, token, hosted);
        await settleReturn(dependencies, hosted);
        // Without the client secret and the outcome that Stripe puts into the address.
        return seeOther(pathOf(token));
      }),
  }),

  route({
    method: 'post',
    path: '/pay/:token',
    auth: 'open',
    summary: 'Go on to the card page of the sandbox',
    tags,
    request: z.object({ params }),
    responses: pages,
    handler: ({ params: { token } }, dependencies) =>
      shown(dependencies, token, async (hosted) => {
        const payment = await paymentOf(dependencies, hosted);
        const sandboxUrl = await sandboxPagesUrl(dependencies.config);
        if (payment.state !== 'payable' || sandboxUrl === undefined) {
          return seeOther(pathOf(token));
        }
        const begun = await beginPayment(dependencies, hosted, payment.intent);
        const target = new URL(`/pay/${begun.intentId}`, sandboxUrl);
        target.searchParams.set('client_secret', begun.clientSecret);
        target.searchParams.set('return_url', returnUrl(dependencies, token));
        return seeOther(target.href);
      }),
  }),

  route({
    method: 'get',
    path: '/pay/assets/:name',
    auth: 'open',
    summary: 'Scripts and styles of the page',
    tags,
    request: z.object({ params: z.object({ name: z.string() }) }),
    responses: { 200: z.string().meta({ contentType: 'text/*' }) },
    async handler({ params: { name } }) {
      const asset = assetNamed(name);
      if (asset === undefined) throw notFound();
      return answer(200, asset.text, {
        'Content-Type': asset.contentType,
        'Cache-Control': 'public, max-age=31536000, immutable',
      });
    },
  }),
];

type Page =
  ReturnType<typeof seeOther> | ReturnType<typeof problem> | { status: 200; body: string };

/** Looks the invoice of a token up; what goes wrong is told on a page, for people. */
async function shown(
  dependencies: Dependencies,
  token: string,
  show: (hosted: HostedInvoice) => Promise<Page>,
): Promise<Page> {
  const read = dependencies.payLinks.read(token);
  if (read === undefined) return problem(dependencies, 'unknown', 404);
  if (read === 'expired') return problem(dependencies, 'expired', 410);
  try {
    const hosted = await hostedInvoice(dependencies.database, read.invoiceId);
    return hosted === undefined ? problem(dependencies, 'unknown', 404) : await show(hosted);
  } catch (error) {
    if (outageOf(error) === undefined) throw error;
    dependencies.logger.warn({ err: error }, 'the pay page can’t be shown');
    return problem(dependencies, 'unavailable', 503);
  }
}

async function showInvoice(dependencies: Dependencies, token: string, hosted: HostedInvoice) {
  const payment = await paymentOf(dependencies, hosted);
  // Meanwhile the books may have learned of it.
  const { config } = dependencies;
  const seller = sellerOf(config);
  const sandboxUrl = payment.state === 'payable' ? await sandboxPagesUrl(config) : undefined;
  const pay = await formOf(dependencies, { token, hosted, payment, sandboxUrl });
  const body = renderPayPage(payPage(hosted, payment, { seller, pay }));
  return answer(200, body, payPageHeaders(pay.kind, sandboxUrl));
}

/** How it can be paid here: with the sandbox, or with Stripe and the key of its browser's side. */
async function formOf(
  dependencies: Dependencies,
  about: {
    token: string;
    hosted: HostedInvoice;
    payment: Payment;
    sandboxUrl: string | undefined;
  },
): Promise<PayForm> {
  const { token, hosted, payment, sandboxUrl } = about;
  if (payment.state !== 'payable') return { kind: 'none' };
  const { config } = dependencies;
  const words = payWords(hosted, sellerOf(config));
  if (sandboxUrl !== undefined) return { kind: 'sandbox', ...words };
  const publishableKey = config.STRIPE_PUBLISHABLE_KEY;
  if (publishableKey === undefined) return { kind: 'missing_key' };
  const { clientSecret } = await beginPayment(dependencies, hosted, payment.intent);
  return {
    kind: 'stripe',
    ...words,
    publishableKey,
    clientSecret,
    returnUrl: returnUrl(dependencies, token),
  };
}

const pathOf = (token: string) => `/pay/${token}`;

const returnUrl = ({ config }: Dependencies, token: string) =>
  `${config.PUBLIC_URL.replace(/\/+$/, '')}${pathOf(token)}`;

const seeOther = (target: string) =>
  answer(303, '', { ...payPageHeaders('none'), Location: target });

function problem<S extends 404 | 410 | 503>(
  { config }: Dependencies,
  kind: keyof typeof problemPages,
  status: S,
) {
  const body = renderPayProblem({ ...problemPages[kind], seller: sellerOf(config) });
  return answer(status, body, payPageHeaders('none'));
}
