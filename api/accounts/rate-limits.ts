import { createHmac } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import type { Database } from '../../db/database';
import { createSigner } from '../../platform/signatures';
import type { Config } from '../../platform/config';
import { Problem } from '../http/problem';
import { networkOf } from './client-address';

/**
 * How often one may try. Each attempt raises a level by one, and time lowers it; at `burst` one has
 * to wait, and with each attempt above it twice as long. Attempts while waiting are refused and not
 * counted, so nobody can make anybody wait for ever: the wait settles where time forgives as fast.
 */
export interface Limit {
  burst: number;
  /** Seconds of the first wait. */
  firstWait: number;
  /** Seconds in which one attempt is forgiven. */
  forgives: number;
}

/** Who is counted, under which limit. */
export interface Counted extends Limit {
  key: string;
  /** The key of a pair which, once it was trusted, is not counted here. */
  spares: string | null;
}

/** No wait is longer than this, in seconds. */
const longestWait = 900;
/** After a login an address is trusted with that account for this many days. */
const trustDays = 30;

/** Limits that hold over all processes and restarts: they lie in PostgreSQL. */
export interface RateLimits {
  /** Counts an attempt. @throws Problem 429 with Retry-After when there were too many. */
  spend(counted: readonly Counted[]): Promise<void>;
  /** The same without an answer: whether there was room for it. */
  hasRoom(counted: readonly Counted[]): Promise<boolean>;
  /** It was no guess: takes an attempt back, and forgets all of the first one's and trusts it. */
  forgive(counted: readonly [Counted, ...Counted[]]): Promise<void>;
  /** Whoever is there has shown to be the owner: forgets the first one's attempts and trusts it. */
  trust(counted: readonly [Counted, ...Counted[]]): Promise<void>;
  /** Names somebody without saying who it is. */
  keyOf(...words: readonly string[]): string;
}

export function createRateLimits(
  { sequelize }: Pick<Database, 'sequelize'>,
  config: Pick<Config, 'JWT_SECRET'>,
): RateLimits {
  const secret = createSigner(config, 'everbill rate limit 1', 32).sign(Buffer.alloc(0));

  const secondsToWait = async (counted: readonly Counted[]): Promise<number> => {
    if (Math.random() < 0.005) await forgetOld(sequelize);
    const [row] = await sequelize.query<{ asked: number; spent: number; wait: number | null }>(
      spendOnce,
      { bind: columnsOf(counted), type: QueryTypes.SELECT },
    );
    if (row === undefined) throw new Error('one in, one out');
    if (row.asked === row.spent) return 0;
    return Math.max(1, row.wait ?? Math.min(...counted.map(({ firstWait }) => firstWait)));
  };

  return {
    async spend(counted) {
      const seconds = await secondsToWait(counted);
      if (seconds > 0) throw tooMany(seconds);
    },
    hasRoom: async (counted) => (await secondsToWait(counted)) === 0,
    async forgive(counted) {
      const [first] = counted;
      await sequelize.query(forgiveOnce, {
        bind: [...columnsOf(counted).slice(0, 2), first.key, trustDays],
      });
    },
    async trust([{ key }]) {
      await sequelize.query(trustOnce, { bind: [key, trustDays] });
    },
    keyOf: (...words) =>
      createHmac('sha256', secret).update(JSON.stringify(words)).digest('base64url'),
  };
}

const columnsOf = (counted: readonly Counted[]) => [
  counted.map(({ key }) => key),
  counted.map(({ burst }) => burst),
  counted.map(({ firstWait }) => firstWait),
  counted.map(({ forgives }) => forgives),
  counted.map(({ spares }) => spares),
];

/**
 * One statement, so that a hundred attempts at once are a hundred: the update sees each row as the
 * one before left it. Half an attempt short of the burst is the burst, for a little of each attempt is
 * forgiven before the next. In the order of the keys, so that two statements never wait for each other.
 */
const spendOnce = `
with asked as (
  select asked.* from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::text[])
    as asked (key, burst, first_wait, forgives, spares)
  where not exists (
    select from rate_limits where rate_limits.key = asked.spares and trusted_until > now()
  )
), blocked as (
  select blocked_until from rate_limits join asked using (key) where blocked_until > now()
), spent as (
  insert into rate_limits as known (key, level, seen_at, blocked_until)
  select key, 1, now(), case when burst <= 1 then now() + make_interval(secs => first_wait) end
  from asked where not exists (select from blocked) order by key
  on conflict (key) do update set (level, seen_at, blocked_until) = (
    select risen.level, now(), case when risen.level > burst - 0.5 then now() + make_interval(
      secs => least(${longestWait}, first_wait * power(2, greatest(0, least(20, risen.level - burst))))) end
    from asked cross join lateral (
      select 1 + greatest(0, known.level - greatest(0, extract(epoch from now() - known.seen_at)) / forgives)
        as level
    ) as risen
    where asked.key = known.key
  )
  where known.blocked_until is null or known.blocked_until <= now()
  returning key
)
select (select count(*)::int from asked) as asked, (select count(*)::int from spent) as spent,
  (select ceil(max(extract(epoch from blocked_until - now())))::int from blocked) as wait`;

const forgiveOnce = `
with asked as (
  select rate_limits.key, asked.burst
  from rate_limits join unnest($1::text[], $2::float8[]) as asked (key, burst) using (key)
  order by rate_limits.key for update of rate_limits
)
update rate_limits set
  level = case when asked.key = $3 then 0 else greatest(0, level - 1) end,
  blocked_until = case when asked.key <> $3 and level - 1 > asked.burst - 0.5 then blocked_until end,
  trusted_until = case when asked.key = $3 then now() + make_interval(days => $4::int) else trusted_until end
from asked where rate_limits.key = asked.key`;

const trustOnce = `
insert into rate_limits (key, level, seen_at, trusted_until)
values ($1, 0, now(), now() + make_interval(days => $2::int))
on conflict (key) do update
set level = 0, blocked_until = null, seen_at = now(), trusted_until = excluded.trusted_until`;

/** Nobody waits for longer than a quarter of an hour: what a day has passed over says nothing. */
const forgetOld = (sequelize: Database['sequelize']) =>
  sequelize.query(`delete from rate_limits where key in (
    select key from rate_limits where seen_at < now() - interval '1 day'
      and (trusted_until is null or trusted_until < now())
    order by key limit 1000 for update skip locked)`);

const tooMany = (retryAfter: number) =>
  new Problem(
    429,
    'too_many_attempts',
    `Too many attempts. Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`,
    { retryAfter },
  );

/** What is counted when somebody tries something. */
export type Attempts = ReturnType<typeof createAttempts>;

/** A client's address and, where it is about one, an account; existing or not makes no difference. */
export function createAttempts(
  { keyOf }: Pick<RateLimits, 'keyOf'>,
  { SIGN_UPS_PER_HOUR }: Pick<Config, 'SIGN_UPS_PER_HOUR'>,
) {
  const by = (limit: Limit, ...words: readonly string[]): Counted => ({
    ...limit,
    key: keyOf(...words),
    spares: null,
  });
  const account = (email: string) => email.trim().toLowerCase();

  return {
    /**
     * Of one account from one address; of one account from everywhere, but for addresses that its
     * owner has used, for nobody may lock them out; and of all accounts from one address.
     */
    logIn(email: string, address: string): [Counted, ...Counted[]] {
      const pair = by(limits.pair, 'login', account(email), networkOf(address));
      return [
        pair,
        { ...by(limits.account, 'login', account(email)), spares: pair.key },
        by(limits.address, 'login from', networkOf(address)),
      ];
    },
    signUp: (address: string) => [
      by(
        { burst: SIGN_UPS_PER_HOUR, firstWait: 60, forgives: 3600 / SIGN_UPS_PER_HOUR },
        'sign up from',
        networkOf(address),
      ),
    ],
    askForMail: (address: string) => [by(limits.mailsAsked, 'mail from', networkOf(address))],
    /** Mails of one kind to one account. */
    sendMail: (kind: string, email: string) => [by(limits.mailsSent, kind, account(email))],
    refresh: (sessionId: string) => [by(limits.refresh, 'refresh', sessionId)],
    /** With a token or key that is none of ours. */
    badToken: (address: string) => [by(limits.badToken, 'bad token from', networkOf(address))],
  };
}

const limits = {
  pair: { burst: 10, firstWait: 30, forgives: 360 },
  account: { burst: 100, firstWait: 30, forgives: 36 },
  address: { burst: 100, firstWait: 30, forgives: 36 },
  mailsAsked: { burst: 20, firstWait: 60, forgives: 180 },
  mailsSent: { burst: 3, firstWait: 300, forgives: 1200 },
  refresh: { burst: 60, firstWait: 10, forgives: 10 },
  badToken: { burst: 60, firstWait: 10, forgives: 10 },
} as const satisfies Record<string, Limit>;
