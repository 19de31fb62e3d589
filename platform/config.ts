import { z } from 'zod';

/** `KEY=value` texts as a process gets them. */
type Environment = Record<string, string | undefined>;

const port = z.coerce.number().int().min(0).max(65535);
const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1');
const seconds = z.coerce.number().int().positive();
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

/**
 * Every setting of the API and the worker, with a sentence each. Read once, at the start of a
 * process; nothing else reads the environment.
 */
const schema = z
  .object({
    NODE_ENV: z
      .enum(['development', 'test', 'production'])
      .default('development')
      .describe('production refuses the Stripe sandbox'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('how much is logged'),
    HOST: z.string().default('127.0.0.1').describe('the address that the API listens on'),
    PORT: port.default(3000).describe('the port of the API and its pages'),
    WORKER_PORT: port
      .default(0)
      .describe('the port of the worker’s /healthz, /readyz and /metrics; 0 takes a free one'),
    PUBLIC_URL: z
      .url()
      .default('http://127.0.0.1:3000')
      .describe('where customers reach the API; links in emails begin with it'),
    DATABASE_URL: z.url().describe('PostgreSQL, as postgres://user:password@host:port/name'),
    TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233').describe('host:port of Temporal'),
    TEMPORAL_NAMESPACE: z.string().default('default').describe('Temporal’s namespace'),
    TEMPORAL_UI_URL: z.url().optional().describe('Temporal’s Web UI, for links'),
    STRIPE_SECRET_KEY: z.string().min(1).describe('sk_test_… or sk_live_…, or the sandbox’s'),
    STRIPE_PUBLISHABLE_KEY: z
      .string()
      .regex(/^pk_(test|live)_\w+$/, 'is pk_test_… or pk_live_…')
      .optional()
      .describe('pk_test_… or pk_live_…, for Stripe’s form on the page where an invoice is paid'),
    STRIPE_API_URL: z
      .url()
      .optional()
      .describe('the sandbox in Stripe’s place; leave empty for Stripe itself'),
    STRIPE_WEBHOOK_SECRET: z
      .string()
      .min(8)
      .describe(
        'whsec_… of the webhook endpoint; several, parted by commas, while one is replaced',
      ),
    STRIPE_EVENTS: z
      .enum(['webhook', 'poll'])
      .default('webhook')
      .describe(
        'how Stripe’s events arrive; poll fetches them where Stripe can’t reach PUBLIC_URL',
      ),
    STRIPE_RATE_LIMIT: z.coerce
      .number()
      .positive()
      .optional()
      .describe('most calls to Stripe per second; 100 with a live key and 25 with a test key'),
    SMTP_URL: z.url().describe('the mail server, as smtp://user:password@host:port'),
    MAIL_FROM: z
      .string()
      .default('Everbill <billing@everbill.test>')
      .describe('the sender of every mail'),
    JWT_SECRET: z
      .string()
      .refine(
        (value) => value.split(',').every((secret) => secret.trim().length >= 32),
        'is a secret of at least 32 characters, or several of them, parted by commas',
      )
      .describe(
        'signs tokens and links; at least 32 characters; several, parted by commas, while one is replaced: the first signs',
      ),
    ACCESS_TOKEN_SECONDS: seconds
      .default(300)
      .describe('life of an access token from /api/users/; /api/auth/ gives 12 times as long'),
    REFRESH_TOKEN_SECONDS: seconds.default(604_800).describe('life of a refresh token: 7 days'),
    REQUIRE_VERIFIED_EMAIL: flag
      .default(false)
      .describe('nobody subscribes before having confirmed their email address'),
    SIGN_UPS_PER_HOUR: z.coerce
      .number()
      .int()
      .positive()
      .default(100)
      .describe('accounts that one client address may open in an hour'),
    TRUST_PROXY: z.coerce
      .number()
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('proxies before the API that add to X-Forwarded-For; 0 believes nobody’s'),
    CORS_ORIGINS: z
      .string()
      .refine(
        (value) => value.split(',').every((origin) => isOrigin(origin.trim())),
        'is an origin such as https://app.example.com, or several of them, parted by commas',
      )
      .optional()
      .describe('origins whose pages may call the API from a browser, parted by commas; none'),
    REQUEST_TIMEOUT_SECONDS: seconds
      .default(60)
      .describe('after so long a request that is still under way is answered with 503'),
    ONE_LIVE_SUBSCRIPTION: flag.default(true).describe('a user has at most one live subscription'),
  })
  .superRefine((value, context) => {
    if (value.NODE_ENV === 'production' && value.STRIPE_API_URL !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['STRIPE_API_URL'],
        message: 'is for development: the sandbox must not run in production, remove it',
      });
    }
    const { STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY } = value;
    const browserIsLive = STRIPE_PUBLISHABLE_KEY?.startsWith('pk_live_') === true;
    if (
      STRIPE_PUBLISHABLE_KEY !== undefined &&
      browserIsLive !== isLiveKey({ STRIPE_SECRET_KEY })
    ) {
      context.addIssue({
        code: 'custom',
        path: ['STRIPE_PUBLISHABLE_KEY'],
        message:
          'is of another mode than STRIPE_SECRET_KEY: both are live keys, or both are test keys',
      });
    }
  });

export type Config = z.output<typeof schema>;

/** Each setting's name, sentence and default, for the README's table and the example file. */
export const settings = Object.entries(schema.shape).map(([name, setting]) => ({
  name,
  description: setting.description ?? '',
  optional: setting.safeParse(undefined).success,
  fallback: setting.safeParse(undefined).data,
}));

/** Thrown at boot with one readable line for each thing that is wrong. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads and checks all settings. An empty value counts as absent. */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new ConfigError(
    `The configuration is not complete:\n${lines.join('\n')}\nSee .env.example for every setting.`,
  );
}

/** Whether money is played with, not moved: the sandbox stands in Stripe's place. */
export const usesSandbox = (config: Config) => config.STRIPE_API_URL !== undefined;

/** Whether the key moves real money. */
export const isLiveKey = ({ STRIPE_SECRET_KEY }: Pick<Config, 'STRIPE_SECRET_KEY'>) =>
  STRIPE_SECRET_KEY.startsWith('sk_live_') || STRIPE_SECRET_KEY.startsWith('rk_live_');

/** The secrets of JWT_SECRET: the first signs, all of them verify. */
export function signingSecretsOf({
  JWT_SECRET,
}: Pick<Config, 'JWT_SECRET'>): [string, ...string[]] {
  const [first = '', ...older] = JWT_SECRET.split(',').map((secret) => secret.trim());
  return [first, ...older];
}
