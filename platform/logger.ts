import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config';

export type { Logger } from 'pino';

/** Secrets that must never reach a log, wherever in a record they stand (I12). */
const secretKeys = [
  'authorization',
  'cookie',
  'password',
  'password_confirm',
  'old_password',
  'new_password',
  'new_password_confirm',
  'access',
  'refresh',
  'token',
  'tokens',
  'client_secret',
  'secret',
  'stripe-signature',
];

const redactedPaths = secretKeys.flatMap((key) => {
  const step = /^\w+$/.test(key) ? key : `["${key}"]`;
  const nested = step.startsWith('[') ? step : `.${step}`;
  return [step, `*${nested}`, `*.*${nested}`];
});

/**
 * One JSON line per event; `name` tells the processes apart.
 * @param destination in place of the standard output
 */
export function createLogger(
  name: string,
  config: Pick<Config, 'LOG_LEVEL'>,
  destination?: DestinationStream,
): Logger {
  const options = {
    name,
    level: config.LOG_LEVEL,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    formatters: { level: (level: string) => ({ level }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
