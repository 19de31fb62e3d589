import { parseArgs } from 'node:util';
import { StackError } from '../scripts/stack/part';

/** How the renewals are measured. */
export interface RenewalOptions {
  /** How many are due at one instant. */
  readonly subscriptions: number;
  /** Milliseconds that each call to the Stripe sandbox takes, or the barest workflow's activity. */
  readonly latency: number;
  /** How many renew before them, unmeasured, so that every process is warm. */
  readonly warmUp: number;
  /** False holds the sandbox's webhooks back, to see what they cost. */
  readonly webhooks: boolean;
  /** False leaves out the barest workflow. */
  readonly barest: boolean;
  /** A folder for V8's CPU profiles of our worker. */
  readonly profile?: string;
}

/** What the command line asks for. */
export type Order =
  { readonly bench: 'renewal'; readonly options: RenewalOptions } | { readonly bench: 'idle' };

/** Printed when the command line can't be understood. */
export const usage = `Usage:
  npm run bench -- renewal [--subscriptions 500] [--latency 200] [--warm-up 50]
                           [--no-webhooks] [--no-barest] [--profile <folder>]
  npm run bench -- idle`;

/** @throws StackError that says what is wrong, and how it is used */
export function readCommandLine(args: readonly string[]): Order {
  const { values, positionals } = parse(args);
  const [bench, ...rest] = positionals;
  if (rest.length > 0) throw refusal(`Unknown: ${rest.join(' ')}.`);
  if (bench === 'idle') return { bench };
  if (bench !== 'renewal') throw refusal(`There is no bench "${bench ?? ''}".`);
  return {
    bench,
    options: {
      subscriptions: whole('subscriptions', values.subscriptions, 1),
      latency: whole('latency', values.latency, 0),
      warmUp: whole('warm-up', values['warm-up'], 0),
      webhooks: !values['no-webhooks'],
      barest: !values['no-barest'],
      ...(values.profile === undefined ? {} : { profile: values.profile }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        subscriptions: { type: 'string', default: '500' },
        latency: { type: 'string', default: '200' },
        'warm-up': { type: 'string', default: '50' },
        'no-webhooks': { type: 'boolean', default: false },
        'no-barest': { type: 'boolean', default: false },
        profile: { type: 'string' },
      },
    });
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw refusal(`--${name} is "${text}", which is not a whole number of ${least} or more.`);
}

const refusal = (why: string) => new StackError(`${why}\n${usage}`);
