import { boundary } from '../../../../billing/calendar';
import { DEFAULT_DUNNING, planNextAttempt } from '../../../../billing/dunning';
import { computeInvoice } from '../../../../billing/invoice';
import { formatMoney } from '../../../../billing/money';
import { unusedShare } from '../../../../billing/proration';
import * as vocabulary from '../../../../billing/seed-vocabulary';
import { transition } from '../../../../billing/subscription';

/** Uses every part of the billing core once, in the place where it must work: a workflow. */
export async function billing(expected: string[]): Promise<void> {
  const computed = computeEverything();
  if (computed.join() !== expected.join()) throw new Error(`Not as outside: ${computed.join()}`);
}

export function computeEverything(): string[] {
  const anchor = '2026-01-31T10:00:00.000Z';
  const timeZone = 'America/New_York';
  const end = boundary(
    { anchor, timeZone, firstCycle: 1, term: { interval: 'month', intervalCount: 1 } },
    2,
  );
  const share = unusedShare({
    period: { start: anchor, end },
    at: '2026-02-28T10:00:00.000Z',
    granularity: 'day',
    timeZone,
  });
  const invoice = computeInvoice({ currency: 'usd', lines: [{ amount: 999n }], balance: 0n });
  const { nextAttemptAt = 'never' } = planNextAttempt({
    policy: DEFAULT_DUNNING,
    firstFailedAt: end,
    attemptsMade: 1,
    declineClass: 'retry_soon',
    timeZone,
  });
  const paused = transition('active', 'pause');
  return [
    end,
    `${share.numerator}/${share.denominator}`,
    formatMoney(invoice.amountDue, 'usd', 'en-US'),
    nextAttemptAt,
    'refusal' in paused ? paused.refusal : vocabulary.SUBSCRIPTION_WORDS[paused.status].firstSeed,
  ];
}
