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

/** Which population of failing cards the schedules are let loose on. */
export interface RecoveryOptions {
  /** How many declined renewals. */
  readonly customers: number;
  /** The same seed makes the same population. */
  readonly seed: number;
}

/** How the Stripe sandbox is measured. */
export interface SandboxBenchOptions {
  /** How many payment intents. */
  readonly intents: number;
  /** How many at a time. */
  readonly concurrency: number;
}

/** What the command line asks for. */
export type Order =
  | { readonly bench: 'renewal'; readonly options: RenewalOptions }
  | { readonly bench: 'recovery'; readonly options: RecoveryOptions }
  | { readonly bench: 'sandbox'; readonly options: SandboxBenchOptions }
  | { readonly bench: 'idle' };

/** Printed when the command line can't be understood. */
export const usage = `Usage:
  npm run bench -- renewal [--subscriptions 500] [--latency 200] [--warm-up 50]
                           [--no-webhooks] [--no-barest] [--profile <folder>]
  npm run bench -- recovery [--customers 20000] [--seed 1]
  npm run bench -- sandbox [--intents 3000] [--concurrency 32]
  npm run bench -- idle`;

/** @throws StackError that says what is wrong, and how it is used */
export function readCommandLine(args: readonly string[]): Order {
  const { values, positionals } = parse(args);
  const [bench, ...rest] = positionals;
  if (rest.length > 0) throw refusal(`Unknown: ${rest.join(' ')}.`);
  if (bench === 'idle') return { bench };
  if (bench === 'recovery') {
    const customers = whole('customers', values.customers, 1);
    return { bench, options: { customers, seed: whole('seed', values.seed, 0) } };
  }
  if (bench === 'sandbox') {
    const intents = whole('intents', values.intents, 1);
    return {
      bench,
      options: { intents, concurrency: whole('concurrency', values.concurrency, 1) },
    };
  }
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
        customers: { type: 'string', default: '20000' },
        seed: { type: 'string', default: '1' },
        intents: { type: 'string', default: '3000' },
        concurrency: { type: 'string', default: '32' },
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
