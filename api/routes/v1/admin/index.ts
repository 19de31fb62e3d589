import { adminAuditLogRoutes } from './audit-log/routes';
import { adminBillingDayRoutes } from './billing-day/routes';
import { adminCouponRoutes } from './coupons/routes';
import { adminDisputeRoutes } from './disputes/routes';
import { adminEmailRoutes } from './emails/routes';
import { adminInvoiceItemRoutes } from './invoice-items/routes';
import { adminInvoiceRoutes } from './invoices/routes';
import { adminLedgerRoutes } from './ledger/routes';
import { adminMetricsRoutes } from './metrics/routes';
import { adminPlanRoutes } from './plans/routes';
import { adminReconciliationRoutes } from './reconciliation/routes';
import { adminSubscriptionRoutes } from './subscriptions/routes';
import { adminTaxRateRoutes } from './tax-rates/routes';
import { adminUserAccessRoutes } from './users/access';
import { adminPersonalDataRoutes } from './users/personal-data';
import { adminUserRoutes } from './users/routes';
import { adminWebhookEventRoutes } from './webhook-events/routes';

/** What operators do, for anybody. Everything that touches money or access is in the audit log (I11). */
export const adminRoutes = [
  ...adminUserRoutes,
  ...adminUserAccessRoutes,
  ...adminPersonalDataRoutes,
  ...adminSubscriptionRoutes,
  ...adminPlanRoutes,
  ...adminInvoiceRoutes,
  ...adminInvoiceItemRoutes,
  ...adminDisputeRoutes,
  ...adminCouponRoutes,
  ...adminTaxRateRoutes,
  ...adminLedgerRoutes,
  ...adminWebhookEventRoutes,
  ...adminEmailRoutes,
  ...adminReconciliationRoutes,
  ...adminMetricsRoutes,
  ...adminBillingDayRoutes,
  ...adminAuditLogRoutes,
];
