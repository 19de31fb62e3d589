/**
 * Makes the Temporal SDK download an executable into a folder: `sdk-download-child.mjs cli|test-server <folder>`.
 * See sdk-download.ts for why this is a process of its own.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [what, downloadDir] = process.argv.slice(2);
const server = { executable: { type: 'cached-download', downloadDir } };
try {
  const environment =
    what === 'cli'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
} catch (error) {
  console.error(
    `DOWNLOAD FAILED: (from the SDK): ${String(error?.message ?? error).replaceAll('\n', ' ')}`,
  );
  process.exit(1);
}
