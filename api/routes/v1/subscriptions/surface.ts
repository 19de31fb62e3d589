import type { z } from 'zod';
import type { SubscriptionRecord, UserRecord } from '../../../../activities/ports/records';
import type { Dependencies } from '../../../dependencies';
import type { byId } from '../../../http/fields';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { ok, route, type Method } from '../../../http/route';
import { viewSubscription, type SubscriptionView } from '../../../queries/subscriptions';
import type { cancelRequest, changeRequest, couponRequest, pauseRequest } from './schemas';

/** Where subscriptions are acted on: customers do it to theirs, operators to anybody's. */
export interface Surface<Shown> {
  /** The path of all subscriptions. */
  base: string;
  auth: 'user' | 'operator';
  tags: readonly string[];
  /** Whether whoever asks is the one who can authenticate a payment. */
  customerPresent: boolean;
  /** What each action takes. */
  requests: {
    bare: z.ZodObject<{ params: typeof byId; body: z.ZodType<Reason> }>;
    cancel: Asking<typeof cancelRequest>;
    pause: Asking<typeof pauseRequest>;
    change: Asking<typeof changeRequest>;
    coupon: Asking<typeof couponRequest>;
    remove: z.ZodObject<{ params: typeof byId; query: z.ZodType<Reason> }>;
  };
  /** The schema of a subscription as it is shown here. */
  subscription: z.ZodType<unknown, Shown>;
  present: (view: SubscriptionView) => Shown;
  /** @throws Problem 404, also for one that is none of the user's business. */
  find: (dependencies: Dependencies, user: UserRecord, id: string) => Promise<SubscriptionRecord>;
  /** Finds it the same way and does something to it; an operator's act is audited (I11). */
  act: (
    dependencies: Dependencies,
    by: ActBy,
    does: (subscription: SubscriptionRecord) => Promise<SubscriptionRecord>,
  ) => Promise<SubscriptionRecord>;
}

interface ActBy {
  user: UserRecord;
  subscriptionId: string;
  /** `cancel`, `pause` … */
  action: string;
  reason: string | undefined;
}

/** An operator may say why. */
interface Reason {
  reason?: string | undefined;
}

/** A customer's request, and maybe a reason. */
type Asking<Request extends z.ZodType<{ body: object }>> = z.ZodObject<{
  params: typeof byId;
  body: z.ZodType<z.output<Request>['body'] & Reason>;
}>;

/** A DELETE has no body, and says in its query why. */
type ActRequest =
  | z.ZodObject<{ params: typeof byId; body: z.ZodType<Reason> }>
  | z.ZodObject<{ params: typeof byId; query: z.ZodType<Reason> }>;

/** What changes a subscription. */
interface Act<Request extends ActRequest> {
  method: Method;
  /** Below the subscription's own. */
  path: string;
  /** Its name in the audit log. */
  action: string;
  summary: string;
  description?: string;
  request: Request;
  problems?: readonly number[];
  does: (
    dependencies: Dependencies,
    subscription: SubscriptionRecord,
    asked: z.output<Request>,
    idempotencyKey: string | undefined,
  ) => Promise<SubscriptionRecord>;
}

/** The route on which this is done; it answers the subscription as it then is. */
export function actRoute<Request extends ActRequest, Shown>(
  { base, auth, tags, subscription, present, act }: Surface<Shown>,
  { path, action, does, ...definition }: Act<Request>,
) {
  return route({
    problems: [409],
    ...definition,
    path: `${base}/:id${path}`,
    auth,
    tags,
    responses: { 200: subscription },
    async handler(asked, dependencies) {
      const { params, principal, http } = asked;
      const { reason } = reasonIn(asked);
      const by = { user: principal.user, subscriptionId: params.id, action, reason };
      const row = await act(dependencies, by, (found) =>
        does(dependencies, found, asked, idempotencyKeyOf(http)),
      );
      return ok(present(await viewSubscription(dependencies.database, row)));
    },
  });
}

const reasonIn = (asked: { body: Reason } | { query: Reason }): Reason =>
  'body' in asked ? asked.body : asked.query;
