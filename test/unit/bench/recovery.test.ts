import { causes, failedRenewals } from '../../../bench/failing-cards';
import { recoveryOf, reportRecovery } from '../../../bench/recovery';
import { courseOf, schedules } from '../../../bench/recovery-schedule';
import { classifyDecline, RETRIED_BY_ITSELF } from '../../../billing/dunning';

const [policy, fixed] = schedules;
if (policy === undefined || fixed === undefined) throw new Error('The schedules are not there.');

describe('The recovery of failing cards', () => {
  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => reportRecovery({ customers: 100, seed });
    expect(of(7)).toBe(of(7));
    expect(of(7).replaceAll('seed 7', '')).not.toBe(of(8).replaceAll('seed 8', ''));
  });

  it('knows causes that add up to all declines', () => {
    expect(causes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it('comes from customers alone where no card can work, and the policy charges none of those in vain', () => {
    const hard = causes.filter(({ code }) => !RETRIED_BY_ITSELF[classifyDecline(null, code)]);
    const population = failedRenewals(500, 1, hard);
    const reacting = population.filter(({ reactsAt }) => reactsAt !== undefined && reactsAt <= 7);
    const ours = recoveryOf(population, policy);
    expect(ours.recovered).toBe(reacting.length / population.length);
    expect(ours.wasted).toBe(0);
    // A charge for each new card; who authenticates pays by that.
    const newCards = reacting.filter(({ cause }) => cause.reaction === 'new_card');
    expect(ours.attempts).toBe(newCards.length);
    const blind = recoveryOf(population, fixed);
    expect(blind.recovered).toBe(ours.recovered);
    expect(blind.wasted).toBeGreaterThan(population.length);
  });

  it('is nothing where no card can work and nobody reacts', () => {
    const deaf = causes.filter(({ heals }) => heals === 'never');
    const population = failedRenewals(
      200,
      1,
      deaf.map((cause) => ({ ...cause, reacting: 0 })),
    );
    expect(recoveryOf(population, policy)).toMatchObject({ recovered: 0, attempts: 0 });
    expect(recoveryOf(population, fixed)).toMatchObject({ recovered: 0, attempts: 3 * 200 });
  });

  it('follows the days of each schedule', () => {
    const [funds] = causes;
    if (funds === undefined) throw new Error('There are no causes.');
    const renewal = {
      cause: funds,
      failedAt: new Date('2026-03-01T12:00:00Z'),
      works: [
        { from: 3.5, until: 4 },
        { from: 4.5, until: 6 },
      ],
      reactsAt: undefined,
    };
    expect(courseOf(renewal, policy)).toMatchObject({ recoveredAfter: 5, attempts: 3 });
    expect(courseOf(renewal, fixed)).toMatchObject({ recoveredAfter: 5, attempts: 2 });
    const newCard = { ...renewal, works: [], reactsAt: 1.25 };
    expect(courseOf(newCard, policy)).toMatchObject({ recoveredAfter: 1.25, attempts: 2 });
    expect(courseOf(newCard, fixed)).toMatchObject({ recoveredAfter: 3, attempts: 1 });
  });
});
