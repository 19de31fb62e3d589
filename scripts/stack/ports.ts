import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { StackError } from './part';

/** Every embedded part answers on this address only. */
export const LOOPBACK = '127.0.0.1';

/** The ports of a stack. */
export interface Ports {
  api: number;
  postgres: number;
  temporal: number;
  temporalUi: number;
  sandbox: number;
  smtp: number;
  mailUi: number;
}

/** The environment variable, the default and the everyday name of each port. */
export const portTable: Record<keyof Ports, { variable: string; port: number; title: string }> = {
  api: { variable: 'PORT', port: 3000, title: 'the API' },
  postgres: { variable: 'POSTGRES_PORT', port: 54329, title: 'PostgreSQL' },
  temporal: { variable: 'TEMPORAL_PORT', port: 7233, title: 'Temporal' },
  temporalUi: { variable: 'TEMPORAL_UI_PORT', port: 8233, title: 'the Temporal Web UI' },
  sandbox: { variable: 'STRIPE_SANDBOX_PORT', port: 12111, title: 'the Stripe sandbox' },
  smtp: { variable: 'SMTP_PORT', port: 1025, title: 'the mail catcher (SMTP)' },
  mailUi: { variable: 'MAIL_UI_PORT', port: 1080, title: 'the mail inbox' },
};

const portNames = [
  'api',
  'postgres',
  'temporal',
  'temporalUi',
  'sandbox',
  'smtp',
  'mailUi',
] as const;

/** Error code of listening on the port (EADDRINUSE, EACCES …), or undefined when it is free. */
export function listenError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}

/**
 * A port that nothing listens on. It is drawn below the range from which systems take the ports of outgoing
 * connections, so that none of those can take it before its part does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if ((await listenError(port)) === undefined) return port;
  }
}

/** A free port for every part of a stack, all different. */
export async function freePorts(): Promise<Ports> {
  const chosen = new Set<number>();
  const next = async (): Promise<number> => {
    const port = await freePort();
    if (chosen.has(port)) return next();
    chosen.add(port);
    return port;
  };
  return {
    api: await next(),
    postgres: await next(),
    temporal: await next(),
    temporalUi: await next(),
    sandbox: await next(),
    smtp: await next(),
    mailUi: await next(),
  };
}

/**
 * Checks the ports that are about to be used.
 *
 * @throws StackError that names each port that is taken, the part that wants it and the variable to change.
 */
export async function requireFreePorts(ports: Partial<Ports>): Promise<void> {
  const owners = new Map<number, string>();
  const problems: string[] = [];
  for (const key of portNames) {
    const port = ports[key];
    if (port === undefined) continue;
    const { variable, title } = portTable[key];
    const other = owners.get(port);
    if (other !== undefined) {
      problems.push(
        `Port ${port} is given to two parts, ${other} and ${variable}: change one of them.`,
      );
      continue;
    }
    owners.set(port, variable);
    const error = await listenError(port);
    if (error === 'EADDRINUSE') {
      problems.push(
        `Port ${port} (${variable}, ${title}) is already in use: stop what uses it, or set ${variable} to a free port.`,
      );
    } else if (error !== undefined) {
      problems.push(
        `Port ${port} (${variable}, ${title}) can't be opened (${error}): set ${variable} to another.`,
      );
    }
  }
  if (problems.length > 0) throw new StackError(problems.join('\n'));
}
