import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { given } from '../support/databases';
import { createWorld, quietRuntime, type World } from '../support/world';
import { scenarios } from './scenarios';

/**
 * Recorded with `RECORD_HISTORIES=1 npx jest test/replay` when a branch is added. A history that
 * stands is not recorded anew to make this test pass: what it holds is running out there. Put the
 * change behind `patched()` instead.
 */
const folder = join(__dirname, 'histories');
const fileOf = (scenario: string) => join(folder, `${scenario.replaceAll(' ', '-')}.json`);
const names = Object.keys(scenarios);
const recording = process.env['RECORD_HISTORIES'] === '1';

beforeAll(quietRuntime);

if (recording) {
  describe('recording', () => {
    let world: World;
    beforeAll(async () => {
      mkdirSync(folder, { recursive: true });
      world = await createWorld();
    });
    afterAll(() => world.close());

    it.each(names.filter((name) => !existsSync(fileOf(name))))('%s', async (name) => {
      const id = await scenarios[name]?.(world);
      const handle = world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id ?? ''));
      const first = await handle.describe();
      const firstRun = world.temporal.client.workflow.getHandle(
        first.workflowId,
        first.raw.workflowExecutionInfo?.firstRunId ?? undefined,
      );
      const history = await firstRun.fetchHistory();
      // Stack traces in failures name the folder that it was recorded in.
      const text = historyToJSON(history).replaceAll(process.cwd(), '/app');
      writeFileSync(fileOf(name), `${text}\n`);
    });
  });
}

describe('today’s workflow goes on with yesterday’s', () => {
  it.each(names)('%s', async (name) => {
    const history: History = historyFromJSON(JSON.parse(readFileSync(fileOf(name), 'utf8')));
    const code = readFileSync(given('EVERBILL_TEST_BUNDLE_PATH'), 'utf8');
    await Worker.runReplayHistory({ workflowBundle: { code } }, history, name);
  });
});
