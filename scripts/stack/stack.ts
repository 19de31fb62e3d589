import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from './api';
import { prepareDatabase, type Login } from './database';
import { startMail } from './mail';
import type { Home, ManagedProcess } from './managed-process';
import { StackError, type Log, type Part, type PartName } from './part';
import { partEnvironment, type StackUrls } from './part-environment';
import { freePorts, LOOPBACK, requireFreePorts, type Ports } from './ports';
import { startPostgres } from './postgres';
import { RunFolder } from './run-folder';
import { startSandbox } from './sandbox';
import { loadSecrets, type Secrets } from './secrets';
import { given, readSettings, type Settings } from './settings';
import { Supervisor } from './supervisor';
import { startTemporal } from './temporal';
import { findTemporalCli } from './temporal-binary';
import { startWorker } from './worker';

/** Enough for PostgreSQL to end cleanly, so that the next start need not recover. */
const GIVE_UP_GRACE_MS = 3_000;

const WEBHOOK_PATH = '/api/webhooks/stripe/';

/** First what takes work in, then what does it, then what they stand on. */
const STOP_ORDER: readonly (readonly PartName[])[] = [
  ['api'],
  ['worker'],
  ['sandbox', 'mail', 'temporal', 'postgres'],
];

/** The programs of ours that a stack runs; `database` migrates and seeds. */
export type Program = 'api' | 'worker' | 'sandbox' | 'mail' | 'database';

/** What a stack is started with. */
export interface StackOptions {
  /** Configuration, as the README's table has it. Nothing is configured unless given: pass process.env to obey it. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Goes before DATA_DIR of `env`. */
  readonly dataDir?: string | undefined;
  /** Goes before the ports of `env`; 'free' chooses them. */
  readonly ports?: 'free' | Partial<Ports> | undefined;
  readonly log?: Log | undefined;
  /** Receives every line that a part prints. */
  readonly onOutput?: Home['onOutput'];
  /** Gives the start up: what was started is stopped, and startStack rejects. */
  readonly abort?: AbortSignal | undefined;
  /** Other programs in place of ours: source files. */
  readonly programs?: Partial<Record<Program, string>> | undefined;
  /** False starts no Temporal Web UI. */
  readonly temporalUi?: boolean | undefined;
  /** Added to the sandbox's environment: its knobs. */
  readonly sandboxEnv?: NodeJS.ProcessEnv | undefined;
}

/** How long a step of the start took, in milliseconds. */
export interface Timing {
  readonly step: string;
  readonly ms: number;
}

/** A running stack. Parts that die are started again. */
export interface Stack {
  readonly urls: StackUrls;
  readonly dataDir: string;
  /** Who can log in, as seeded. */
  readonly logins: readonly Login[];
  /** The environment that the API and the worker got; one may start more workers with it. */
  readonly env: NodeJS.ProcessEnv;
  readonly timings: readonly Timing[];
  /** Rejects when a part can't be kept alive; never resolves. The stack must then be stopped. */
  readonly failed: Promise<never>;
  /** The part's process now; undefined for a part that is not ours, or between its death and its restart. */
  pid(name: PartName): number | undefined;
  /** Stops everything; a second call with `force` cuts a graceful stop short. */
  stop(options?: { force?: boolean }): Promise<void>;
}

/**
 * Starts the whole system, as much of it as the environment does not bring: PostgreSQL, Temporal, the Stripe sandbox,
 * the mail catcher, the API and the worker.
 *
 * @throws StackError with a sentence for people; nothing is then left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const env = options.env ?? {};
  const fromEnv = readSettings(env);
  const settings: Settings = {
    ...fromEnv,
    dataDir: options.dataDir ?? fromEnv.dataDir,
    ports: options.ports === 'free' ? await freePorts() : { ...fromEnv.ports, ...options.ports },
  };
  mkdirSync(settings.dataDir, { recursive: true });
  const run = new RunFolder(settings.dataDir);
  await run.claim();
  const start = new Start(settings, env, options, run);
  try {
    await run.stopLeftovers(options.log ?? (() => undefined));
    await requireFreePorts(portsInUse(settings, options));
    return await start.everything();
  } catch (error) {
    await start.giveUp();
    throw error;
  }
}

/** Only the ports of parts that are ours. */
function portsInUse({ ports, external }: Settings, options: StackOptions): Partial<Ports> {
  return {
    api: ports.api,
    ...(external.databaseUrl === undefined && { postgres: ports.postgres }),
    ...(external.temporalAddress === undefined && {
      temporal: ports.temporal,
      ...(options.temporalUi !== false && { temporalUi: ports.temporalUi }),
    }),
    ...(external.stripeSecretKey === undefined && { sandbox: ports.sandbox }),
    ...(external.smtpUrl === undefined && { smtp: ports.smtp, mailUi: ports.mailUi }),
  };
}

/** One start of a stack: what is known so far, and what must be undone if it fails. */
class Start {
  readonly #timings: Timing[] = [];
  readonly #live = new Set<ManagedProcess>();
  readonly #abort = new AbortController();
  readonly #log: Log;
  readonly #home: Home;
  readonly #supervisor: Supervisor;
  readonly #secrets: Secrets;
  readonly #pending: Promise<unknown>[] = [];
  readonly #aborted: Promise<never>;
  #logins: readonly Login[] = [];

  constructor(
    readonly settings: Settings,
    readonly env: NodeJS.ProcessEnv,
    readonly options: StackOptions,
    readonly run: RunFolder,
  ) {
    this.#log = options.log ?? (() => undefined);
    this.#home = { dataDir: settings.dataDir, run, live: this.#live, onOutput: options.onOutput };
    this.#supervisor = new Supervisor(this.#log);
    this.#secrets = loadSecrets(settings.dataDir);
    const { signal } = this.#abort;
    this.#aborted = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new StackError('The start was given up.')), {
        once: true,
      });
    });
    this.#aborted.catch(() => undefined);
    if (options.abort?.aborted === true) this.#abort.abort();
    options.abort?.addEventListener('abort', () => this.#abort.abort(), { once: true });
  }

  async everything(): Promise<Stack> {
    const began = performance.now();
    const [database, temporal, sandbox, mail] = await Promise.all([
      this.#track(this.#database()),
      this.#track(this.#temporal()),
      this.#track(this.#sandbox()),
      this.#track(this.#mail()),
    ]);
    const { ports } = this.settings;
    const api = `http://localhost:${ports.api}`;
    const urls: StackUrls = {
      api,
      docs: `${api}/api/docs/`,
      database,
      temporal: temporal.address,
      temporalUi: temporal.uiUrl,
      sandbox,
      smtp: mail.smtpUrl,
      mailUi: mail.uiUrl,
    };
    const partEnv = partEnvironment(this.env, urls, this.#secrets, ports.api);
    await Promise.all([this.#track(this.#api(partEnv)), this.#track(this.#worker(partEnv))]);
    this.#timings.push({ step: 'everything', ms: performance.now() - began });
    return this.#stack(urls, partEnv);
  }

  /** Ends everything that was begun and frees the data folder. */
  async giveUp(): Promise<void> {
    this.#abort.abort();
    this.#supervisor.leaveAlone();
    let left = this.#pending.length;
    const settled = (): boolean => left === 0;
    const all = this.#pending.map((step) =>
      step.then(
        () => (left -= 1),
        () => (left -= 1),
      ),
    );
    const endLive = () =>
      Promise.all([...this.#live].map((process) => process.stop({ graceMs: GIVE_UP_GRACE_MS })));
    // A step that was between two processes may still start its next one, so this is repeated until all have ended.
    while (!settled()) {
      await endLive();
      await Promise.race([Promise.all(all), sleep(50)]);
    }
    await endLive();
    this.run.release();
  }

  #stack(urls: StackUrls, env: NodeJS.ProcessEnv): Stack {
    let graceful: Promise<void> | undefined;
    const endLive = () =>
      Promise.all([...this.#live].map((process) => process.stop({ force: true })));
    const stop = async ({ force = false }: { force?: boolean } = {}): Promise<void> => {
      if (force) await this.#supervisor.kill();
      graceful ??= this.#supervisor.stop(STOP_ORDER, { force });
      await graceful;
      await endLive();
      this.run.release();
    };
    return {
      urls,
      dataDir: this.settings.dataDir,
      logins: this.#logins,
      env,
      timings: this.#timings,
      failed: this.#supervisor.failed,
      pid: (name) => this.#supervisor.pid(name),
      stop,
    };
  }

  async #database(): Promise<string> {
    const { external, ports } = this.settings;
    const url =
      external.databaseUrl ??
      (
        await this.#part('postgres', 'PostgreSQL', () =>
          startPostgres({ ...this.#home, port: ports.postgres, log: this.#log }),
        )
      ).url;
    this.#logins = await this.#timed('migrations and seeds', () =>
      prepareDatabase({
        databaseUrl: url,
        dataDir: this.settings.dataDir,
        file: this.options.programs?.database,
        abort: this.#abort.signal,
      }),
    );
    return url;
  }

  async #temporal(): Promise<{ address: string; uiUrl?: string | undefined }> {
    const { external, ports } = this.settings;
    if (external.temporalAddress !== undefined) {
      return { address: external.temporalAddress, uiUrl: given(this.env['TEMPORAL_UI_URL']) };
    }
    const { path } = await findTemporalCli({
      env: { ...process.env, ...this.env },
      log: this.#log,
      abort: this.#abort.signal,
    });
    const headless = this.options.temporalUi === false;
    const part = await this.#part('temporal', 'Temporal', () =>
      startTemporal({
        ...this.#home,
        binary: path,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        headless,
      }),
    );
    return { address: part.url, uiUrl: headless ? undefined : part.uiUrl };
  }

  async #sandbox(): Promise<string | undefined> {
    const { external, ports } = this.settings;
    if (external.stripeSecretKey !== undefined) return undefined;
    const part = await this.#part('sandbox', 'Stripe sandbox', () =>
      startSandbox({
        ...this.#home,
        port: ports.sandbox,
        webhookUrl: `http://${LOOPBACK}:${ports.api}${WEBHOOK_PATH}`,
        webhookSecret: given(this.env['STRIPE_WEBHOOK_SECRET']) ?? this.#secrets.webhookSecret,
        file: this.options.programs?.sandbox,
        env: this.options.sandboxEnv,
      }),
    );
    return part.url;
  }

  async #mail(): Promise<{ smtpUrl: string; uiUrl?: string | undefined }> {
    const { external, ports } = this.settings;
    if (external.smtpUrl !== undefined) {
      return { smtpUrl: external.smtpUrl, uiUrl: given(this.env['MAIL_UI_URL']) };
    }
    const part = await this.#part('mail', 'mail catcher', () =>
      startMail({
        ...this.#home,
        smtpPort: ports.smtp,
        uiPort: ports.mailUi,
        file: this.options.programs?.mail,
      }),
    );
    return { smtpUrl: part.url, uiUrl: part.uiUrl };
  }

  #api(env: NodeJS.ProcessEnv): Promise<Part> {
    const file = this.options.programs?.api;
    return this.#part('api', 'API', () =>
      startApi({ ...this.#home, port: this.settings.ports.api, env, file }),
    );
  }

  #worker(env: NodeJS.ProcessEnv): Promise<Part> {
    const file = this.options.programs?.worker;
    return this.#part('worker', 'worker', () => startWorker({ ...this.#home, env, file }));
  }

  #part<P extends Part>(name: PartName, step: string, start: () => Promise<P>): Promise<P> {
    return this.#timed(step, () => this.#supervisor.start(name, start));
  }

  async #timed<T>(step: string, work: () => Promise<T>): Promise<T> {
    this.#abort.signal.throwIfAborted();
    const began = performance.now();
    const result = await work();
    this.#abort.signal.throwIfAborted();
    const ms = performance.now() - began;
    this.#timings.push({ step, ms });
    this.#log(`  ${step}: ${(ms / 1000).toFixed(1)} s`);
    return result;
  }

  /** Remembers a step, so that giving up can wait for it, and ends the wait for it when the start is given up. */
  #track<T>(step: Promise<T>): Promise<T> {
    this.#pending.push(step);
    return Promise.race([step, this.#aborted]);
  }
}
