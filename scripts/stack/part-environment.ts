import type { Secrets } from './secrets';
import { given } from './settings';
import { LOOPBACK } from './ports';

/** Where things are, embedded or not. */
export interface StackUrls {
  /** What people open: the API, the documentation. */
  readonly api: string;
  readonly docs: string;
  readonly database: string;
  /** `host:port`. */
  readonly temporal: string;
  /** Undefined when Temporal is not ours and TEMPORAL_UI_URL is not set, or it runs without. */
  readonly temporalUi?: string | undefined;
  /** Undefined when a real Stripe is used. */
  readonly sandbox?: string | undefined;
  readonly smtp: string;
  /** Undefined when mail goes to a server that is not ours. */
  readonly mailUi?: string | undefined;
}

/** The key that stands for the sandbox; with a real one, there is none. */
export const SANDBOX_KEY = 'sk_test_everbill';

/**
 * The environment of the API and the worker: the variables of the README's table, those that the embedded parts
 * decide put in. Undefined takes a variable away.
 */
export function partEnvironment(
  env: NodeJS.ProcessEnv,
  urls: StackUrls,
  secrets: Secrets,
  apiPort: number,
): NodeJS.ProcessEnv {
  return {
    ...env,
    HOST: given(env['HOST']) ?? LOOPBACK,
    PORT: String(apiPort),
    DATABASE_URL: urls.database,
    TEMPORAL_ADDRESS: urls.temporal,
    TEMPORAL_NAMESPACE: given(env['TEMPORAL_NAMESPACE']) ?? 'default',
    STRIPE_SECRET_KEY: urls.sandbox === undefined ? given(env['STRIPE_SECRET_KEY']) : SANDBOX_KEY,
    STRIPE_API_URL: urls.sandbox ?? given(env['STRIPE_API_URL']),
    STRIPE_WEBHOOK_SECRET: given(env['STRIPE_WEBHOOK_SECRET']) ?? secrets.webhookSecret,
    STRIPE_EVENTS: given(env['STRIPE_EVENTS']) ?? (isUnreachable(env, urls) ? 'poll' : 'webhook'),
    JWT_SECRET: given(env['JWT_SECRET']) ?? secrets.jwtSecret,
    SMTP_URL: urls.smtp,
    MAIL_FROM: given(env['MAIL_FROM']) ?? 'Everbill <billing@everbill.test>',
    PUBLIC_URL: given(env['PUBLIC_URL']) ?? urls.api,
    TEMPORAL_UI_URL: urls.temporalUi,
    MAIL_UI_URL: urls.mailUi,
  };
}

/** Who has a key of Stripe's and no endpoint's secret has told Stripe of no address to send events to. */
const isUnreachable = (env: NodeJS.ProcessEnv, { sandbox }: StackUrls) =>
  sandbox === undefined && given(env['STRIPE_WEBHOOK_SECRET']) === undefined;
