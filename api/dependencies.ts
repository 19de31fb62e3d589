import type Stripe from 'stripe';
import type { PaymentGateway, PreparePayment } from '../activities/ports/payments';
import type { Quotes } from '../activities/ports/quotes';
import type { Database } from '../db/database';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/logger';
import type { PayLinks } from '../platform/pay-links';
import type { TemporalClient } from '../platform/temporal-client';
import type { AccountLinks } from '../platform/account-links';
import type { Attempts, RateLimits } from './accounts/rate-limits';
import type { Keyring } from './accounts/tokens';

/** What the composition root gives to the API. */
export interface ApiOptions {
  config: Config;
  database: Database;
  temporal: TemporalClient;
  stripe: Stripe;
  payments: PaymentGateway;
  preparePayment: PreparePayment;
  quotes: Quotes;
  logger: Logger;
  /** For tests: an answer that its schema refuses becomes a failure. */
  checkAnswers?: boolean;
}

/** What handlers and commands work with. */
export interface Dependencies extends ApiOptions {
  keyring: Keyring;
  limits: RateLimits;
  attempts: Attempts;
  accountLinks: AccountLinks;
  payLinks: PayLinks;
}
