import type { Registry } from 'prom-client';
import { openApiDocument } from '../http/openapi';
import type { Route } from '../http/route';
import { authRoutes } from './auth/routes';
import { billingRoutes } from './billing/routes';
import { documentationRoutes } from './docs/routes';
import { payRoutes } from './pay/routes';
import { probeRoutes } from './probes/routes';
import { subscriptionRoutes } from './subscriptions/routes';
import { userRoutes } from './users/routes';
import { adminRoutes } from './v1/admin';
import { apiKeyRoutes } from './v1/auth/api-keys/routes';
import { accountRoutes } from './v1/auth/routes';
import { creditBalanceRoutes } from './v1/credit-balance/routes';
import { invoiceRoutes } from './v1/invoices/routes';
import { paymentMethodRoutes } from './v1/payment-methods/routes';
import { paymentRoutes } from './v1/payments/routes';
import { planRoutes } from './v1/plans/routes';
import { subscriptionRoutes as v1SubscriptionRoutes } from './v1/subscriptions/routes';
import { testClockRoutes } from './v1/test-clocks/routes';
import { webhookRoutes } from './webhooks/routes';

/** Every route of the API, in the order of its documentation. */
export function allRoutes(registry: Registry): Route[] {
  const routes: Route[] = [
    ...userRoutes,
    ...billingRoutes,
    ...authRoutes,
    ...subscriptionRoutes,
    ...accountRoutes,
    ...apiKeyRoutes,
    ...planRoutes,
    ...v1SubscriptionRoutes,
    ...invoiceRoutes,
    ...paymentMethodRoutes,
    ...paymentRoutes,
    ...creditBalanceRoutes,
    ...testClockRoutes,
    ...adminRoutes,
    ...payRoutes,
    ...webhookRoutes,
    ...probeRoutes(registry),
  ];
  let document: Record<string, unknown> | undefined;
  const documentation = documentationRoutes(() => (document ??= openApiDocument(routes, '1')));
  routes.push(...documentation);
  return routes;
}
