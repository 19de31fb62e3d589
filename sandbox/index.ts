import type Router from '@koa/router';
import http from 'node:http';
import { chance } from './chance';
import { Control } from './control';
import { mountControl } from './control-routes';
import { Engine } from './engine';
import { mountApi } from './http/api';
import { FaultPlan } from './http/faults';
import { Idempotency, KEPT_FOR_MS } from './http/idempotency';
import { createHandler, listen, shut } from './http/server';
import { IdMint } from './ids';
import { quietKnobs } from './knobs';
import { mountPages } from './pages/routes';
import { provisionEndpoints } from './resources/webhook-endpoints';
import { Store } from './store/store';
import { Dispatcher } from './webhooks/dispatcher';
import { Witness } from './witness/witness';
import type { World } from './world';

export type { Control } from './control';
export type { CurrencyBooks } from './books';
export type { Fault, FaultTarget } from './http/faults';

export interface SandboxOptions {
  /** 0, which is the default, takes any free port. */
  port?: number | undefined;
  host?: string | undefined;
  /** What the addresses of its pages begin with, where a browser does not reach it at host and port. */
  publicUrl?: string | undefined;
  /** Where the state is kept; without it everything is forgotten at the end. */
  dataDir?: string | undefined;
  /**
   * Milliseconds since 1970, for what objects say of themselves and for the age of idempotency keys. Webhooks, their
   * signatures and whatever happens by itself run in real time.
   */
  clock?: (() => number) | undefined;
  /** Makes ids, random faults and the order of webhooks repeatable. */
  seed?: number | undefined;
  /** Addresses that get every event, made sure of at each start. */
  webhookEndpoints?: readonly { url: string; secret: string }[] | undefined;
  /** Factor on the delays between attempts to deliver a webhook; 1 is real life. */
  webhookRetryScale?: number | undefined;
  /**
   * A folder in which every exchange is written down, for checks against Stripe's own description; without it the
   * environment's EVERBILL_SANDBOX_WITNESS, if that is set.
   */
  witness?: string | undefined;
  log?: ((message: string, facts: Record<string, unknown>) => void) | undefined;
}

export interface Sandbox {
  /** e.g. http://127.0.0.1:12111 */
  url: string;
  host: string;
  port: number;
  /** A key that the sandbox takes; any other `sk_test_` key will do as well. */
  secretKey: string;
  /** The browser's key. */
  publishableKey: string;
  control: Control;
  close(): Promise<void>;
}

/** Long enough that a client does not find its idle connection closed just when it uses it again. */
const KEEP_ALIVE_MS = 75_000;

/** Stripe answers for events of the last 30 days. */
const EVENTS_KEPT_FOR_SECONDS = 30 * 24 * 3600;

/**
 * Starts a stand-in for Stripe on this machine: the slice of the API that Everbill uses, with a memory of its own.
 * Point the `stripe` package at it with `{ host, port, protocol: 'http' }`.
 *
 * @throws Error in production, for a busy port (EADDRINUSE), and for a damaged data folder
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The Stripe sandbox does not run in production: set STRIPE_SECRET_KEY instead.',
    );
  }
  const { host = '127.0.0.1' } = options;
  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  // The port comes first: it also keeps a second sandbox away from the same data folder.
  const port = await listen(server, host, options.port ?? 0);
  try {
    const url = `http://${host}:${port}`;
    const { engine, dispatcher, control, store, handler } = assemble(
      options,
      options.publicUrl ?? url,
    );
    server.on('request', handler);
    await engine.change(null, (scope) => provisionEndpoints(scope, options.webhookEndpoints ?? []));
    return {
      url,
      host,
      port,
      secretKey: 'sk_test_sandbox',
      publishableKey: 'pk_test_sandbox',
      control,
      close: async () => {
        engine.close();
        dispatcher.close();
        await shut(server);
        await store.close();
      },
    };
  } catch (error) {
    await shut(server);
    throw error;
  }
}

/** Puts the parts together. */
function assemble(options: SandboxOptions, url: string) {
  const { log = () => undefined, clock = Date.now, seed } = options;
  const store = openStore(options.dataDir, clock);
  const ids = new IdMint(seed);
  const world: World = {
    store,
    ids,
    knobs: quietKnobs(),
    seconds: () => Math.floor(clock() / 1000),
    baseUrl: () => url,
  };
  const dice = chance(seed);
  const retryScale = options.webhookRetryScale ?? 1;
  const dispatcher = new Dispatcher(store, { retryScale, chance: dice, log });
  const engine = new Engine(world, dispatcher);
  const faults = new FaultPlan(dice);
  const control = new Control({ engine, faults, dispatcher });
  const folder = options.witness ?? (process.env['EVERBILL_SANDBOX_WITNESS'] || undefined);
  const witness = folder === undefined ? null : new Witness(folder);
  const mount = (router: Router) => {
    mountApi(router, { engine, faults, idempotency: new Idempotency(store, clock), witness });
    mountControl(router, control);
    mountPages(router, engine);
  };
  return {
    engine,
    dispatcher,
    control,
    store,
    handler: createHandler({ ids, log, witness, mount }),
  };
}

function openStore(dataDir: string | undefined, clock: () => number): Store {
  return new Store(dataDir, ({ answers, events }) => {
    for (const [id, { createdAt }] of [...answers.oldestFirst()]) {
      if (clock() - createdAt >= KEPT_FOR_MS) {
        answers.delete(id);
      }
    }
    for (const [id, { object }] of [...events.oldestFirst()]) {
      if (clock() / 1000 - object.created >= EVENTS_KEPT_FOR_SECONDS) {
        events.delete(id);
      }
    }
  });
}
