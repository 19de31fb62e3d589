import type Router from '@koa/router';
import type Koa from 'koa';
import { z } from 'zod';
import type { Control } from './control';
import { ApiError } from './errors';
import { FAULTS } from './http/faults';
import { readBody } from './http/read-body';

const share = z.number().min(0).max(1);
const milliseconds = z.number().int().min(0);
const nothing = z.strictObject({});
const outcome = z.enum(['as_the_card_does', 'succeed', 'fail']).optional();

/** One command of the control API: POST /_control/<name> with a JSON body. */
interface Command {
  run(control: Control, body: unknown): unknown;
}

function command<Schema extends z.ZodType>(
  schema: Schema,
  run: (control: Control, input: z.output<Schema>) => unknown,
): Command {
  return {
    run(control, body) {
      const input = schema.safeParse(body);
      if (!input.success) {
        throw new ApiError(400, {
          type: 'invalid_request_error',
          message: z.prettifyError(input.error),
        });
      }
      return run(control, input.data);
    },
  };
}

const COMMANDS: Readonly<Record<string, Command>> = {
  faults: command(
    z.strictObject({
      latencyMs: milliseconds.optional(),
      rates: z.partialRecord(z.enum(FAULTS), share).optional(),
      forgetKeys: z.boolean().optional(),
    }),
    (control, input) => control.setFaults(input),
  ),
  'fail-next-requests': command(
    z.strictObject({
      fault: z.enum(FAULTS),
      count: z.number().int().min(1).default(1),
      method: z.enum(['GET', 'POST', 'DELETE']).optional(),
      path: z.string().optional(),
    }),
    (control, { fault, count, ...target }) => control.failNextRequests(fault, count, target),
  ),
  'fail-next-payment': command(
    z.strictObject({
      code: z.string().optional(),
      declineCode: z.string().optional(),
      customer: z.string().optional(),
      count: z.number().int().min(1).optional(),
    }),
    (control, input) => control.failNextPayment(input),
  ),
  'set-pending': command(z.strictObject({ count: z.number().int().min(0) }), (control, input) =>
    control.setPending(input.count),
  ),
  'set-settlement-delay': command(
    z.strictObject({ milliseconds: milliseconds.nullable() }),
    (control, input) => control.setSettlementDelay(input.milliseconds),
  ),
  'settle-payment': command(
    z.strictObject({ paymentIntent: z.string(), outcome: z.enum(['succeed', 'fail']) }),
    (control, input) => control.settlePayment(input.paymentIntent, input.outcome),
  ),
  'create-subscription': command(
    z.strictObject({
      customer: z.string(),
      price: z.string(),
      amount: z.number().int().min(0),
      currency: z.string().optional(),
      interval: z.enum(['day', 'week', 'month', 'year']).optional(),
      intervalCount: z.number().int().min(1).optional(),
      trialDays: z.number().int().min(0).optional(),
      paymentMethod: z.string().optional(),
      metadata: z.record(z.string(), z.string()).optional(),
      outcome,
    }),
    (control, input) => control.createSubscription(input),
  ),
  'renew-subscription': command(
    z.strictObject({ subscription: z.string(), outcome }),
    (control, input) => control.renewSubscription(input.subscription, input.outcome),
  ),
  'pay-invoice': command(z.strictObject({ invoice: z.string(), outcome }), (control, input) =>
    control.payInvoice(input.invoice, input.outcome),
  ),
  'announce-trial-end': command(z.strictObject({ subscription: z.string() }), (control, input) =>
    control.announceTrialEnd(input.subscription),
  ),
  'cancel-subscription': command(
    z.strictObject({
      subscription: z.string(),
      reason: z.enum(['cancellation_requested', 'payment_failed', 'payment_disputed']).optional(),
    }),
    (control, input) => control.cancelSubscription(input.subscription, input.reason),
  ),
  'settle-refund': command(
    z.strictObject({ refund: z.string(), outcome: z.enum(['succeeded', 'failed']) }),
    (control, input) => control.settleRefund(input.refund, input.outcome),
  ),
  'complete-3ds': command(z.strictObject({ intent: z.string() }), (control, input) =>
    control.complete3ds(input.intent),
  ),
  'fail-3ds': command(z.strictObject({ intent: z.string() }), (control, input) =>
    control.fail3ds(input.intent),
  ),
  'open-dispute': command(
    z.strictObject({
      payment: z.string(),
      reason: z.enum(['fraudulent', 'product_not_received']).default('fraudulent'),
      inquiry: z.boolean().default(false),
      amount: z.number().int().min(1).optional(),
    }),
    (control, { payment, ...kind }) => control.openDispute(payment, kind),
  ),
  'close-dispute': command(
    z.strictObject({ dispute: z.string(), verdict: z.enum(['won', 'lost']) }),
    (control, input) => control.closeDispute(input.dispute, input.verdict),
  ),
  'set-outcome': command(
    z.strictObject({ paymentMethod: z.string(), token: z.string() }),
    (control, input) => control.setOutcome(input.paymentMethod, input.token),
  ),
  'renew-card': command(
    z.strictObject({
      paymentMethod: z.string(),
      exp_month: z.number().int().min(1).max(12).optional(),
      exp_year: z.number().int().optional(),
      last4: z.string().length(4).optional(),
    }),
    (control, { paymentMethod, ...change }) => control.renewCard(paymentMethod, change),
  ),
  webhooks: command(
    z.strictObject({
      paused: z.boolean().optional(),
      duplicateRate: share.optional(),
      shuffleMs: milliseconds.optional(),
      lossRate: share.optional(),
    }),
    (control, input) => control.setWebhooks(input),
  ),
  'resend-event': command(z.strictObject({ event: z.string() }), (control, input) =>
    control.resendEvent(input.event),
  ),
  'send-event': command(
    z.strictObject({
      type: z.string(),
      object: z.record(z.string(), z.unknown()),
      previousAttributes: z.record(z.string(), z.unknown()).optional(),
      account: z.string().optional(),
      apiVersion: z.string().optional(),
    }),
    (control, input) => control.sendEvent(input),
  ),
  'webhooks-settled': command(nothing, (control) => control.webhooksSettled()),
  calm: command(nothing, (control) => control.calm()),
};

/** Serves the control API: GET /_control and /_control/books, POST /_control/<command>. */
export function mountControl(router: Router, control: Control): void {
  router.get('/_control', (ctx) => {
    ctx.body = { ...control.overview(), commands: Object.keys(COMMANDS) };
  });
  router.get('/_control/books', (ctx) => {
    ctx.body = control.books();
  });
  for (const [name, each] of Object.entries(COMMANDS)) {
    router.post(`/_control/${name}`, async (ctx: Koa.Context) => {
      const result: unknown = await each.run(control, await readJson(ctx));
      ctx.body = { ok: true, result: result ?? null };
    });
  }
}

/** JSON only: a web page elsewhere can't send that here without asking first. */
async function readJson(ctx: Koa.Context): Promise<unknown> {
  if (ctx.is('application/json') !== 'application/json') {
    throw new ApiError(415, {
      type: 'invalid_request_error',
      message: 'Send JSON with the header Content-Type: application/json.',
    });
  }
  const text = await readBody(ctx.req);
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, { type: 'invalid_request_error', message: 'The body is no JSON.' });
  }
}
