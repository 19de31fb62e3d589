import { StackError } from '../../scripts/stack/part';
import { findStripeMock, startStripeMock, type StripeMock } from '../../scripts/stack/stripe-mock';

/** Jest gives setup and teardown one global object, which its test files do not see. */
export const shared = globalThis as typeof globalThis & { everbillStripeMock?: StripeMock };

/** Starts Stripe's mock server, where it can be had; test files learn of it, or of the reason, by environment. */
export default async function globalSetup(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  try {
    const { path } = await findStripeMock({ env: process.env, log });
    shared.everbillStripeMock = await startStripeMock(path);
    process.env['EVERBILL_TEST_STRIPE_MOCK_URL'] = shared.everbillStripeMock.url;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    log(`Skipping the check of requests against stripe-mock: ${error.message}`);
  }
}
