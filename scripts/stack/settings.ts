import { resolve } from 'node:path';
import { StackError } from './part';
import { portTable, type Ports } from './ports';

/** What the environment says about the stack. */
export interface Settings {
  /** Absolute. */
  readonly dataDir: string;
  readonly ports: Ports;
  /** Each one that is given replaces its embedded part. */
  readonly external: {
    readonly databaseUrl?: string | undefined;
    readonly temporalAddress?: string | undefined;
    readonly stripeSecretKey?: string | undefined;
    readonly smtpUrl?: string | undefined;
  };
}

/**
 * Reads the settings.
 *
 * @throws StackError that names each variable that can't be used
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const port = (key: keyof Ports): number => {
    const { variable, port: usual, title } = portTable[key];
    const text = given(env[variable]);
    const value = text === undefined ? usual : Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 65_535) {
      problems.push(
        `${variable} (the port of ${title}) is "${text}", which is not a port: 1 to 65535.`,
      );
    }
    return value;
  };
  const ports: Ports = {
    api: port('api'),
    postgres: port('postgres'),
    temporal: port('temporal'),
    temporalUi: port('temporalUi'),
    sandbox: port('sandbox'),
    smtp: port('smtp'),
    mailUi: port('mailUi'),
  };
  if (problems.length > 0) throw new StackError(problems.join('\n'));
  return {
    dataDir: resolve(given(env['DATA_DIR']) ?? '.data'),
    ports,
    external: {
      databaseUrl: given(env['DATABASE_URL']),
      temporalAddress: given(env['TEMPORAL_ADDRESS']),
      stripeSecretKey: given(env['STRIPE_SECRET_KEY']),
      smtpUrl: given(env['SMTP_URL']),
    },
  };
}

/** A variable set to nothing counts as not set, as in a copied .env.example. */
export function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
