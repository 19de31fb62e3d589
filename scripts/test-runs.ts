/** Kinds of tests, in the order in which they run. Those that jest.config.js does not have are passed over. */
const QUICK = [
  'unit',
  'db',
  'sandbox',
  'api',
  'workflows',
  'replay',
  'lives',
  'stack',
  'deploy',
  'e2e',
];
const SLOW = [
  'deploy-build',
  'faults',
  'many-lives',
  'properties',
  'browser',
  'newman',
  'fuzz',
  'bench',
];

/** Holds what all the others have said to Stripe against Stripe's own description, and so comes last of all. */
const CONTRACT = 'contract';

/** One run of Jest. */
export interface TestRun {
  readonly projects: readonly string[];
  /** For Jest. */
  readonly args: readonly string[];
}

/**
 * Chooses what to run.
 *
 * @param args of the command: --full, --only-slow, --selectProjects a b …, and anything that Jest takes
 * @param existing the projects of jest.config.js; one in neither list counts as slow, so that none is forgotten
 */
export function chooseRuns(args: readonly string[], existing: readonly string[]): TestRun[] {
  const rest = args.filter((arg) => arg !== '--full' && arg !== '--only-slow');
  const named = takeNamed(rest);
  if (named !== undefined) return contractLast([named]);
  const quick = QUICK.filter((name) => existing.includes(name));
  const known = SLOW.filter((name) => existing.includes(name));
  const slow = [
    ...known,
    ...existing.filter((name) => ![...QUICK, ...SLOW, CONTRACT].includes(name)),
  ];
  const wanted = [
    ...(args.includes('--only-slow') ? [] : [quick]),
    ...(args.includes('--full') || args.includes('--only-slow') ? [slow] : []),
  ];
  const contract = existing.filter((name) => name === CONTRACT);
  return contractLast([...wanted, contract].map((projects) => ({ projects, args: rest })));
}

function contractLast(runs: readonly TestRun[]): TestRun[] {
  const part = (wanted: (name: string) => boolean): TestRun[] =>
    runs
      .map((run) => ({ ...run, projects: run.projects.filter(wanted) }))
      .filter(({ projects }) => projects.length > 0);
  return [...part((name) => name !== CONTRACT), ...part((name) => name === CONTRACT)];
}

/** Whether every quick project is among the runs, so that all that the product does has been seen. */
export function isWhole(runs: readonly TestRun[], existing: readonly string[]): boolean {
  const ran = runs.flatMap(({ projects }) => projects);
  return QUICK.every((name) => ran.includes(name) || !existing.includes(name));
}

/** The names of the projects in a Jest configuration. */
export function projectNames(config: unknown): string[] {
  const projects: unknown = isRecord(config) ? config['projects'] : undefined;
  if (!Array.isArray(projects)) return [];
  return projects.flatMap((project: unknown) => {
    const name = isRecord(project) ? project['displayName'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Jest's own --selectProjects, whose names end at the next option. */
function takeNamed(args: readonly string[]): TestRun | undefined {
  const at = args.indexOf('--selectProjects');
  if (at === -1) return undefined;
  const after = args.slice(at + 1);
  const end = after.findIndex((arg) => arg.startsWith('-'));
  const projects = end === -1 ? after : after.slice(0, end);
  return { projects, args: [...args.slice(0, at), ...after.slice(projects.length)] };
}
