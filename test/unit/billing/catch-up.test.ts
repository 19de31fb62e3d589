import { catchUp, type CatchUpPolicy } from '../../../billing/catch-up';
import { toInstant } from '../../../billing/instant';

const april = { start: toInstant('2026-04-01T10:00:00Z'), end: toInstant('2026-05-01T10:00:00Z') };
const policies: CatchUpPolicy[] = ['bill_all', 'bill_current', 'hold'];

describe('after an outage', () => {
  it.each<[CatchUpPolicy, string]>([
    ['bill_all', 'bill'],
    ['bill_current', 'skip'],
    ['hold', 'hold'],
  ])('with %s a period that is over: %s', (policy, decision) => {
    expect(catchUp(policy, april, toInstant('2026-05-01T10:00:00Z'))).toBe(decision);
    expect(catchUp(policy, april, toInstant('2027-01-01T00:00:00Z'))).toBe(decision);
  });

  it.each(policies)('with %s the current period is billed, however late', (policy) => {
    for (const now of [
      '2026-04-01T10:00:00Z',
      '2026-04-20T00:00:00Z',
      '2026-05-01T09:59:59.999Z',
    ]) {
      expect(catchUp(policy, april, toInstant(now))).toBe('bill');
    }
  });
});
