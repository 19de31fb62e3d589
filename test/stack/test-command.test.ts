import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closingLine, readCounts, sumCounts } from '../../scripts/test-counts';
import { chooseRuns, isWhole } from '../../scripts/test-runs';
import { scratchFolder } from './scratch-folder';

const scratch = scratchFolder();
const existing = ['unit', 'stack', 'faults', 'brand-new'];

describe('npm test', () => {
  it('runs the quick projects that exist, and npm run test:full those that take long as well', () => {
    const quick = { projects: ['unit', 'stack'], args: [] };
    const slow = { projects: ['faults', 'brand-new'], args: [] };
    expect(chooseRuns([], existing)).toEqual([quick]);
    expect(chooseRuns(['--full'], existing)).toEqual([quick, slow]);
    expect(chooseRuns(['--only-slow'], existing)).toEqual([slow]);
    expect(chooseRuns(['--only-slow'], ['unit'])).toEqual([]);
  });

  it('passes the rest to Jest, and runs only the projects that are named', () => {
    expect(chooseRuns(['-t', 'renewal'], ['unit'])).toEqual([
      { projects: ['unit'], args: ['-t', 'renewal'] },
    ]);
    expect(chooseRuns(['--selectProjects', 'db', 'api', '--bail'], existing)).toEqual([
      { projects: ['db', 'api'], args: ['--bail'] },
    ]);
  });

  it('ends with what holds all that was said to Stripe against its description', () => {
    const contract = { projects: ['contract'], args: [] };
    const known = ['contract', 'unit', 'faults'];
    const [quick, slow] = [['unit'], ['faults']].map((projects) => ({ projects, args: [] }));
    expect(chooseRuns([], known)).toEqual([quick, contract]);
    expect(chooseRuns(['--full'], known)).toEqual([quick, slow, contract]);
    expect(chooseRuns(['--only-slow'], known)).toEqual([slow, contract]);
    expect(chooseRuns(['--selectProjects', 'contract', 'unit'], known)).toEqual([quick, contract]);
    expect(chooseRuns(['--selectProjects', 'contract'], known)).toEqual([contract]);
    const whole = (args: string[]) => isWhole(chooseRuns(args, known), known);
    expect([whole([]), whole(['--full']), whole(['--only-slow'])]).toEqual([true, true, false]);
  });

  it('adds all runs up to one plain line', () => {
    const report = join(scratch, 'report.json');
    const numbers = {
      numPassedTests: 5,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      numPendingTests: 2,
    };
    writeFileSync(report, JSON.stringify({ ...numbers, numTodoTests: 0 }));
    const counts = readCounts(report, 1);
    expect(counts).toEqual({ passed: 5, failed: 2, skipped: 2 });
    expect(closingLine(sumCounts([counts, { passed: 1, failed: 0, skipped: 0 }]))).toBe(
      '6 passed, 2 failed, 2 skipped',
    );
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  });

  it('counts a run that ended badly without a failed test as a failure', () => {
    expect(readCounts(join(scratch, 'no-report.json'), 0).failed).toBe(1);
    const report = join(scratch, 'good.json');
    writeFileSync(report, JSON.stringify({ numPassedTests: 1, numFailedTests: 0 }));
    expect(readCounts(report, 1).failed).toBe(1);
    expect(readCounts(report, 0).failed).toBe(0);
  });
});
