import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Summary } from 'newman';
import { z } from 'zod';
import { root } from '../../scripts/stack/node-program';
import { StackProcess } from '../support/stack';

const file = (name: string) => join(root, 'docs', `everbill.postman_${name}.json`);

const collection = z
  .object({
    item: z.array(z.object({ name: z.string(), item: z.array(z.object({ name: z.string() })) })),
  })
  .parse(JSON.parse(readFileSync(file('collection'), 'utf8')));

/** As somebody does who has downloaded both files. */
function runCollection(baseUrl: string, folder?: string): Promise<Summary> {
  return new Promise((resolve, reject) => {
    run(
      {
        collection: file('collection'),
        environment: file('environment'),
        envVar: [{ key: 'base_url', value: baseUrl }],
        reporters: [],
        ...(folder === undefined ? {} : { folder: [folder] }),
      },
      (error, summary) => (error === null ? resolve(summary) : reject(error)),
    );
  });
}

const failuresOf = ({ run: { failures } }: Summary) =>
  failures.map(({ source, error }) => `${source?.name}: ${error.test ?? ''}: ${error.message}`);

describe('The committed Postman collection, run by Newman against a running stack', () => {
  let stack: StackProcess;
  beforeAll(async () => {
    stack = await StackProcess.create();
    await stack.start();
  }, 120_000);
  afterAll(() => stack.dispose(), 90_000);

  it('runs green from its first request to its last, and leaves none out', async () => {
    const summary = await runCollection(stack.api);
    expect(failuresOf(summary)).toEqual([]);
    const made = new Set(summary.run.executions.map(({ item }) => item.name));
    const all = collection.item.flatMap(({ item }) => item.map(({ name }) => name));
    expect(all.filter((name) => !made.has(name))).toEqual([]);
    expect(summary.run.stats.requests.failed).toBe(0);
    // The documented answer, and what each scene says besides.
    expect(summary.run.stats.assertions.total).toBeGreaterThan(all.length * 2);
  }, 240_000);

  it.each(collection.item.map(({ name }) => name))(
    'can be run from the folder “%s” alone, and a second time on the same stack',
    async (folder) => {
      const summary = await runCollection(stack.api, folder);
      expect(failuresOf(summary)).toEqual([]);
      expect(summary.run.executions.length).toBeGreaterThan(5);
    },
    180_000,
  );
});
