import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '../../scripts/stack/api';
import { prepareDatabase } from '../../scripts/stack/database';
import { startMail } from '../../scripts/stack/mail';
import type { Part, PartName } from '../../scripts/stack/part';
import { partEnvironment, type StackUrls } from '../../scripts/stack/part-environment';
import { freePorts, type Ports } from '../../scripts/stack/ports';
import { startPostgres } from '../../scripts/stack/postgres';
import { startSandbox } from '../../scripts/stack/sandbox';
import { loadSecrets } from '../../scripts/stack/secrets';
import { startTemporal } from '../../scripts/stack/temporal';
import { findTemporalCli } from '../../scripts/stack/temporal-binary';
import { startWorker } from '../../scripts/stack/worker';

/** The parts of a stack without a supervisor: what goes down stays down until it is told to come up. */
export class Parts {
  readonly #running = new Map<PartName, Part>();

  private constructor(
    readonly dataDir: string,
    readonly ports: Ports,
    readonly temporalCli: string,
  ) {}

  /** Starts them all. */
  static async start(): Promise<Parts> {
    const dataDir = mkdtempSync(join(tmpdir(), 'everbill-outages-'));
    chmodSync(dataDir, 0o755);
    const cli = await findTemporalCli({ env: process.env, log: () => undefined });
    const parts = new Parts(dataDir, await freePorts(), cli.path);
    await Promise.all((['postgres', 'temporal', 'sandbox', 'mail'] as const).map(parts.up));
    await prepareDatabase({ databaseUrl: parts.database, dataDir });
    await Promise.all((['api', 'worker'] as const).map(parts.up));
    return parts;
  }

  get api(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  get sandbox(): string {
    return `http://127.0.0.1:${this.ports.sandbox}`;
  }

  get mail(): string {
    return `http://127.0.0.1:${this.ports.mailUi}`;
  }

  get temporal(): string {
    return `127.0.0.1:${this.ports.temporal}`;
  }

  get database(): string {
    return this.#running.get('postgres')?.url ?? '';
  }

  readonly up = async (name: PartName): Promise<void> => {
    this.#running.set(name, await this.#start(name));
  };

  /** Ends it as a crash does. */
  async down(name: PartName): Promise<void> {
    await this.#running.get(name)?.stop({ force: true });
  }

  async dispose(): Promise<void> {
    for (const group of [
      ['api', 'worker'],
      ['sandbox', 'mail', 'temporal', 'postgres'],
    ] as const) {
      await Promise.all(group.map(async (name) => this.#running.get(name)?.stop()));
    }
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(name: PartName): Promise<Part> {
    const { dataDir, ports } = this;
    const home = { dataDir };
    switch (name) {
      case 'postgres':
        return startPostgres({ ...home, port: ports.postgres });
      case 'temporal':
        return startTemporal({
          ...home,
          binary: this.temporalCli,
          port: ports.temporal,
          headless: true,
        });
      case 'sandbox':
        return startSandbox({
          ...home,
          port: ports.sandbox,
          webhookUrl: `${this.api}/api/webhooks/stripe/`,
          webhookSecret: loadSecrets(dataDir).webhookSecret,
        });
      case 'mail':
        return startMail({ ...home, smtpPort: ports.smtp, uiPort: ports.mailUi });
      case 'api':
        return startApi({ ...home, port: ports.api, env: this.#environment() });
      case 'worker':
        return startWorker({ ...home, env: this.#environment() });
    }
  }

  #environment(): NodeJS.ProcessEnv {
    const urls: StackUrls = {
      api: this.api,
      docs: this.api,
      database: this.database,
      temporal: this.temporal,
      sandbox: this.sandbox,
      smtp: `smtp://127.0.0.1:${this.ports.smtp}`,
    };
    const given = {
      NODE_ENV: 'development',
      ACCESS_TOKEN_SECONDS: '3600',
      SIGN_UPS_PER_HOUR: '100000',
    };
    return partEnvironment(given, urls, loadSecrets(this.dataDir), this.ports.api);
  }
}
