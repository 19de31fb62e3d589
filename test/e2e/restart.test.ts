import { setTimeout as sleep } from 'node:timers/promises';
import { comeToRest } from '../faults/rest';
import { cardHolder, invoicePayer, timeTraveller } from '../faults/stories';
import { Truth } from '../faults/truth';
import { StackProcess } from '../support/stack';

/** The quick one of the tests in test/faults: one blow in the midst of things. */
describe('After kill -9 of everything', () => {
  let stack: StackProcess;

  beforeAll(async () => {
    stack = await StackProcess.create();
    await stack.start();
  }, 120_000);

  afterAll(() => stack.dispose(), 90_000);

  it('the next start goes on where it was: nothing lost, nothing twice', async () => {
    const stories = [cardHolder, invoicePayer, timeTraveller, cardHolder];
    const promises = Promise.all(stories.map((story) => story(stack)));
    promises.catch(() => undefined);
    const underWay = await Promise.race([promises, sleep(1_500, 'under way' as const)]);
    expect(underWay).toBe('under way');
    await stack.killEverything();
    await stack.start();
    const truth = new Truth(stack);
    try {
      const kept = await promises;
      await comeToRest(truth, 75_000);
      expect(await truth.findings(kept)).toEqual([]);
    } finally {
      await truth.close();
    }
  }, 180_000);
});
