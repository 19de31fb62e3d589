import { randomUUID } from 'node:crypto';
import { DEFAULT_DUNNING } from '../billing/dunning';
import type { PlanRecord, UserRole } from '../activities/ports/records';
import { hashPassword } from '../platform/passwords';
import { openDatabase, type Database } from './database';

/** Who can sign in to a freshly seeded development stack. Never seeded in production. */
export const DEMO_LOGINS: readonly {
  role: UserRole;
  name: string;
  email: string;
  password: string;
}[] = [
  {
    role: 'operator',
    name: 'Olivia Operator',
    email: 'operator@everbill.test',
    password: 'everbill-demo-2026',
  },
  {
    role: 'customer',
    name: 'Dana Demo',
    email: 'demo@everbill.test',
    password: 'everbill-demo-2026',
  },
];

const terms = [
  { suffix: 'monthly', words: 'a month', interval: 'month', intervalCount: 1 },
  { suffix: 'quarterly', words: 'three months', interval: 'month', intervalCount: 3 },
  { suffix: 'half_yearly', words: 'six months', interval: 'month', intervalCount: 6 },
  { suffix: 'yearly', words: 'a year', interval: 'year', intervalCount: 1 },
] as const;

/** Whole US dollars per term, in the order of `terms`. */
const tiers = [
  {
    name: 'Basic',
    prices: [10, 27, 51, 96],
    features: ['5 projects', '10 GB storage', 'Email support'],
  },
  {
    name: 'Pro',
    prices: [20, 54, 102, 192],
    features: ['50 projects', '100 GB storage', 'Priority email support'],
  },
  {
    name: 'Enterprise',
    prices: [40, 108, 204, 384],
    features: ['Unlimited projects', '1 TB storage', 'Phone support', 'Single sign-on'],
  },
] as const;

type NewPlan = Omit<PlanRecord, 'createdAt' | 'updatedAt'>;

const plans: NewPlan[] = tiers.flatMap(({ name, prices, features }) =>
  terms.map(({ suffix, words, interval, intervalCount }, index) => {
    const code = `${name.toLowerCase()}_${suffix}`;
    return {
      id: randomUUID(),
      code,
      version: 1,
      name,
      description: `${name}, paid every ${words.replace(/^an? /, '')}.`,
      amountMinor: BigInt(prices[index] ?? 0) * 100n,
      currency: 'usd',
      interval,
      intervalCount,
      trialDays: 0,
      features: [...features],
      collectionMethod: 'send_invoice' as const,
      dunning: DEFAULT_DUNNING,
      catchUp: 'bill_all' as const,
      proration: 'second' as const,
      pauseAccess: 'paid_time' as const,
      stripePriceId: `price_${code}`,
      archivedAt: null,
    };
  }),
);

/**
 * Fills an empty database with the plans and, for development, with an operator and a customer. What
 * is there already is left as it is, so it may be run at every start.
 */
export async function seed(
  databaseUrl: string,
  { demoLogins = true }: { demoLogins?: boolean } = {},
): Promise<void> {
  const database = openDatabase({ url: databaseUrl, poolSize: 2 });
  try {
    await database.plans.bulkCreate(plans, { ignoreDuplicates: true });
    if (demoLogins) await seedLogins(database);
  } finally {
    await database.close();
  }
}

async function seedLogins(database: Database): Promise<void> {
  for (const { role, name, email, password } of DEMO_LOGINS) {
    if ((await database.users.count({ where: { email } })) > 0) continue;
    const [firstName = '', lastName = ''] = name.split(' ');
    await database.users.bulkCreate(
      [
        {
          id: randomUUID(),
          email,
          name,
          firstName,
          lastName,
          role,
          passwordHash: await hashPassword(password),
          emailVerifiedAt: new Date().toISOString(),
          invoicePrefix: `DEMO${role === 'operator' ? 'OP' : ''}`,
        },
      ],
      { ignoreDuplicates: true },
    );
  }
}
