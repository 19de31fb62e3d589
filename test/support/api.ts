import { randomUUID } from 'node:crypto';
import { preparePayment } from '../../activities/prepare-payment';
import { createQuotes } from '../../activities/quotes';
import { createApp } from '../../api/app';
import type { ApiOptions } from '../../api/dependencies';
import { createApiServer } from '../../api/http/server';
import { createBillingStore } from '../../db/billing-store';
import { openDatabase, type Database } from '../../db/database';
import { readConfig, type Config } from '../../platform/config';
import { createLogger, type Logger } from '../../platform/logger';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway } from '../../platform/stripe-gateway';
import { createTemporalClient, type TemporalClient } from '../../platform/temporal-client';
import { createTestDatabase } from './databases';
import { undocumented } from './documented-answers';

/** An answer as a client sees it. */
export interface Reply {
  status: number;
  headers: Headers;
  /** Whatever JSON came, unchecked: saying what it must be is the tests' business. Else text. */
  body: ReturnType<typeof JSON.parse>;
}

export interface Call {
  /** Sent as JSON, unless it is text or bytes already. */
  body?: unknown;
  /** A bearer token. */
  token?: string;
  headers?: Record<string, string>;
}

/** Somebody with an account. */
export interface Customer {
  id: string;
  email: string;
  password: string;
  access: string;
  refresh: string;
}

/** The real API, over HTTP. Every answer is checked against its schema on the way out. */
export interface Api {
  url: string;
  call(method: string, path: string, call?: Call): Promise<Reply>;
  get(path: string, token?: string): Promise<Reply>;
  post(path: string, body: unknown, token?: string): Promise<Reply>;
  /** Opens an account for a new customer of the first system's clients. */
  signUp(): Promise<Customer>;
  close(): Promise<void>;
}

/** What the API runs on; a `World` is one. */
export interface ApiGround {
  config: Config;
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
}

/** Serves the API on `port`, or a free one; `stripe`: as its configuration says, unless given. */
export async function startApi(
  ground: ApiGround,
  port = 0,
  stripe = createStripe(ground.config),
): Promise<Api> {
  const store = createBillingStore(ground.database);
  const payments = createStripeGateway(stripe);
  const options: ApiOptions = {
    ...ground,
    stripe,
    payments,
    preparePayment: (invoiceId) => preparePayment({ store, payments }, invoiceId),
    quotes: createQuotes(store),
    checkAnswers: true,
  };
  const server = createApiServer(createApp(options));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const url = `http://127.0.0.1:${address.port}`;
  const call: Api['call'] = (method, path, given) => send(`${url}${path}`, method, given ?? {});
  const post: Api['post'] = (path, body, token) =>
    call('POST', path, { body, ...(token === undefined ? {} : { token }) });
  return {
    url,
    call,
    post,
    get: (path, token) => call('GET', path, token === undefined ? {} : { token }),
    signUp: () => signUp(post),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The API with a database of its own, and neither Temporal nor Stripe: both refuse connections.
 * @param log gets the lines of the log in place of the standard output
 */
export async function startLonelyApi(
  settings: Record<string, string> = {},
  log?: (line: string) => void,
): Promise<Api & ApiGround> {
  const testDatabase = await createTestDatabase();
  const config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['EVERBILL_TEST_LOG'] ?? 'silent',
    DATABASE_URL: testDatabase.url,
    TEMPORAL_ADDRESS: '127.0.0.1:9',
    STRIPE_SECRET_KEY: 'sk_test_nobody',
    STRIPE_API_URL: 'http://127.0.0.1:9',
    STRIPE_WEBHOOK_SECRET: 'whsec_old_0123456789,whsec_new_0123456789',
    SMTP_URL: 'smtp://127.0.0.1:9',
    JWT_SECRET: 'for tests only: 32 characters or more',
    SIGN_UPS_PER_HOUR: '100000',
    ...settings,
  });
  const ground = {
    config,
    database: openDatabase({ url: config.DATABASE_URL }),
    temporal: createTemporalClient(config),
    logger: createLogger('test', config, log && { write: log }),
  };
  const api = await startApi(ground);
  return {
    ...api,
    ...ground,
    async close() {
      await api.close();
      await Promise.allSettled([ground.database.close(), ground.temporal.close()]);
      await testDatabase.drop();
    },
  };
}

/** The statuses of replies that came in no certain order, ascending. */
export const statusesOf = (replies: readonly Reply[]) =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

async function send(url: string, method: string, { body, token, headers }: Call): Promise<Reply> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const [contentType = ''] = (response.headers.get('Content-Type') ?? '').split(';');
  const { status } = response;
  const parsed = text === '' ? undefined : contentType.includes('json') ? JSON.parse(text) : text;
  const problem = undocumented(method, new URL(response.url).pathname, {
    status,
    contentType: text === '' ? '' : contentType,
    body: parsed,
  });
  if (problem !== undefined) throw new Error(problem);
  return { status, headers: response.headers, body: parsed };
}

async function signUp(post: Api['post']): Promise<Customer> {
  const email = `customer-${randomUUID()}@everbill.test`;
  const password = 'correct horse battery';
  const { status, body } = await post('/api/users/signup/', { name: 'Carla', email, password });
  if (status !== 201) throw new Error(`sign-up answered ${status}: ${JSON.stringify(body)}`);
  return { id: body.user.id, email, password, access: body.access, refresh: body.refresh };
}
