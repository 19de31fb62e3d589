import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formShape, pathTemplate } from '../../sandbox/witness/shape';
import type { Testimony } from '../../sandbox/witness/witness';
import { tour } from './tour';

/** A request to a sandbox, and its answer, in whatever test it was. */
export interface Exchange extends Testimony {
  /** The path with its ids taken out. */
  template: string;
  /** Whether the product asked, and not a test of the sandbox itself. */
  byProduct: boolean;
}

/**
 * Everything that the sandboxes of this test run were asked and answered, one exchange of each shape: what the runs before
 * this one wrote into EVERBILL_SANDBOX_WITNESS, and a tour of the product through all that it can ask.
 */
export async function exchanges(): Promise<Exchange[]> {
  const own = mkdtempSync(join(tmpdir(), 'everbill-contract-'));
  try {
    await tour(own);
    return [process.env['EVERBILL_SANDBOX_WITNESS'], own].flatMap(read);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function read(folder: string | undefined): Exchange[] {
  if (!folder) return [];
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      // A process that was killed may have left half a line.
      .slice(0, -1)
      .map(exchangeOf),
  );
}

function exchangeOf(line: string): Exchange {
  const testimony: Testimony = JSON.parse(line);
  return {
    ...testimony,
    template: pathTemplate(testimony.path),
    // The client of platform/stripe.ts names its application.
    byProduct: / everbill\b/.test(testimony.client),
  };
}

/** `POST /v1/customers email="…"`: what tells a request from others. */
export const requestShape = ({ method, template, parameters }: Exchange): string =>
  `${method} ${template} ${formShape(parameters)}`;

/** The first of each kind. */
export function firstOfEach<Thing>(
  things: Iterable<Thing>,
  kind: (thing: Thing) => string,
): Thing[] {
  const found = new Map<string, Thing>();
  for (const thing of things) if (!found.has(kind(thing))) found.set(kind(thing), thing);
  return [...found.values()];
}
