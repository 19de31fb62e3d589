import { startApi } from '../scripts/stack/api';
import { prepareDatabase } from '../scripts/stack/database';
import { startMail } from '../scripts/stack/mail';
import type { Home, ManagedProcess } from '../scripts/stack/managed-process';
import type { Log, Part, PartName } from '../scripts/stack/part';
import { partEnvironment } from '../scripts/stack/part-environment';
import { freePorts, LOOPBACK } from '../scripts/stack/ports';
import { startPostgres } from '../scripts/stack/postgres';
import { startSandbox } from '../scripts/stack/sandbox';
import { loadSecrets } from '../scripts/stack/secrets';
import { startTemporal } from '../scripts/stack/temporal';
import { findTemporalCli } from '../scripts/stack/temporal-binary';
import { readConfig, type Config } from '../platform/config';

/** Everything but the workers, each a process of its own, on free ports. */
export interface Servers {
  readonly config: Config;
  /** What the API got and the workers get. */
  readonly env: NodeJS.ProcessEnv;
  /** Where processes that are started besides keep their logs. */
  readonly home: Home;
  readonly parts: readonly Part[];
  /** Calls back for every line that a part prints, until the function that it answers is called. */
  listen(heard: (name: PartName, line: string) => void): () => void;
  /** Ends these and whatever else was started in `home`. */
  stop(): Promise<void>;
}

/** Starts them. @throws StackError when one can't be started; `stop` of the home's processes is the caller's */
export async function startServers(
  dataDir: string,
  live: Set<ManagedProcess>,
  log: Log,
): Promise<Servers> {
  const listeners = new Set<(name: PartName, line: string) => void>();
  const onOutput = (name: PartName, line: string) =>
    listeners.forEach((heard) => heard(name, line));
  const home: Home = { dataDir, live, onOutput };
  const ports = await freePorts();
  const secrets = loadSecrets(dataDir);
  const { path: binary } = await findTemporalCli({ env: process.env, log });
  const apiUrl = `http://${LOOPBACK}:${ports.api}`;
  const [postgres, temporal, sandbox, mail] = await Promise.all([
    startPostgres({ ...home, port: ports.postgres, log }),
    startTemporal({ ...home, binary, port: ports.temporal, headless: true }),
    startSandbox({
      ...home,
      port: ports.sandbox,
      webhookUrl: `${apiUrl}/api/webhooks/stripe/`,
      webhookSecret: secrets.webhookSecret,
    }),
    startMail({ ...home, smtpPort: ports.smtp, uiPort: ports.mailUi }),
  ]);
  await prepareDatabase({ databaseUrl: postgres.url, dataDir });
  const urls = {
    api: apiUrl,
    docs: apiUrl,
    admin: apiUrl,
    database: postgres.url,
    temporal: temporal.url,
    sandbox: sandbox.url,
    smtp: mail.url,
  };
  const env = partEnvironment({ LOG_LEVEL: 'warn' }, urls, secrets, ports.api);
  const api = await startApi({ ...home, port: ports.api, env });
  return {
    config: readConfig({ ...env }),
    env,
    home,
    parts: [postgres, temporal, sandbox, mail, api],
    listen(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    stop: () => stopAll(live),
  };
}

/** Ends every process without grace: nothing of a bench is kept. */
export async function stopAll(live: ReadonlySet<ManagedProcess>): Promise<void> {
  await Promise.all([...live].map((process) => process.stop({ force: true })));
}
