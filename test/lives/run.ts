import { checkBooks } from '../../db/books/checks';
import { startApi } from '../support/api';
import { createWorld, quietRuntime } from '../support/world';
import { openCatalogue } from './catalogue';
import { live, type Ground, type Lived } from './life';
import { scriptOf, type Script } from './operations';

/** How many lives go on beside one another, each of a customer of its own. */
const atOnce = 6;

/** Opens a world for lives. */
export async function openGround(): Promise<Ground & { close(): Promise<void> }> {
  quietRuntime();
  const world = await createWorld();
  const api = await startApi(world);
  const catalogue = await openCatalogue(world);
  return {
    world,
    api,
    catalogue,
    async close() {
      await api.close();
      await world.close();
    },
  };
}

/**
 * The seeds to live: EVERBILL_LIFE is one alone; else so many (EVERBILL_LIVES, or `count`) from
 * EVERBILL_LIVES_FROM on.
 */
export function seedsToLive(count: number): number[] {
  const { EVERBILL_LIFE: one, EVERBILL_LIVES: lives, EVERBILL_LIVES_FROM: from } = process.env;
  if (one !== undefined) return [Number(one)];
  return Array.from({ length: Number(lives ?? count) }, (_, index) => Number(from ?? 1) + index);
}

/** Lives all of them and prints what they amounted to; answers what went wrong, told so that it can be done again. */
export async function liveAll(
  ground: Ground,
  seeds: readonly number[],
  { withAnswers = false } = {},
): Promise<string[]> {
  const began = Date.now();
  const lived: Lived[] = [];
  const failures: string[] = [];
  const waiting = [...seeds];
  const next = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const script = scriptOf(seed);
      const life = await live(ground, script);
      lived.push(life);
      if (life.failure === undefined) continue;
      const least = seeds.length === 1 ? await shrink(ground, script, life) : { script, life };
      failures.push(tell(least));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  const total = (of: (life: Lived) => number) => lived.reduce((sum, life) => sum + of(life), 0);
  process.stderr.write(
    `${lived.length} lives, ${total((life) => life.operations)} operations, ` +
      `${total((life) => life.invoices)} invoices, ` +
      `${Math.round(total((life) => life.years))} simulated years, ` +
      `${((Date.now() - began) / 1000).toFixed(1)} seconds\n`,
  );
  if (withAnswers) process.stderr.write(answersOf(lived));
  if (failures.length > 0) return failures;
  const findings = await checkBooks(ground.world.database);
  return findings.map(({ sentence }) => sentence);
}

/** What was answered to what, and how often: what the lives have come by. */
function answersOf(lived: readonly Lived[]): string {
  const all = new Map<string, number>();
  for (const { answers } of lived) {
    for (const [answer, count] of answers) all.set(answer, (all.get(answer) ?? 0) + count);
  }
  return [...all.keys()]
    .toSorted((a, b) => a.localeCompare(b))
    .map((answer) => `  ${answer}: ${all.get(answer) ?? 0}\n`)
    .join('');
}

/** The fewest operations that still go wrong: those after the failure left out, then one by one. */
async function shrink(ground: Ground, whole: Script, life: Lived) {
  const operations = whole.operations.slice(0, (life.failure?.after ?? 0) + 1);
  let least = { script: { ...whole, operations }, life };
  for (let place = operations.length - 1; place >= 0; place -= 1) {
    const script = { ...whole, operations: least.script.operations.toSpliced(place, 1) };
    const shorter = await live(ground, script);
    if (shorter.failure !== undefined) least = { script, life: shorter };
  }
  return least;
}

function tell({ script, life }: { script: Script; life: Lived }): string {
  const { seed, beginning, operations } = script;
  const { after, findings } = life.failure ?? { after: -1, findings: [] };
  const steps = operations
    .slice(0, after + 1)
    .map((operation, index) => `  ${index}. ${JSON.stringify(operation)}`);
  return [
    `Life ${seed} (again alone: EVERBILL_LIFE=${seed}), after operation ${after}:`,
    ...findings.map((finding) => `  ${finding}`),
    `  begins with ${JSON.stringify(beginning)}`,
    ...steps,
  ].join('\n');
}
