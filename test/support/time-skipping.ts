import { TestWorkflowEnvironment } from '@temporalio/testing';
import { given } from './databases';
import { createWorld, quietRuntime, type World } from './world';

/** A world in real time on a server that skips it: subscriptions without a test clock, as in production. */
export async function createTimeSkippingWorld(): Promise<{
  world: World;
  environment: TestWorkflowEnvironment;
  close(): Promise<void>;
}> {
  quietRuntime();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: given('EVERBILL_TEST_SERVER_PATH') } },
  });
  const world = await createWorld({ temporalAddress: environment.address });
  return {
    world,
    environment,
    async close() {
      await world.close();
      await environment.teardown();
    },
  };
}
