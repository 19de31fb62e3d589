import { chanceOf, oneOf } from '../faults/chance';
import { couponCount, countryCount, offerCount, offersToStartWith } from './catalogue';

/** How a life begins. Indices are into the catalogue. */
export interface Beginning {
  at: string;
  zone: string;
  plan: number;
  measure: 'bySecond' | 'byDay';
  quantity: number;
  coupon?: number;
  country: number;
  /** none: invoices are sent, and paid by hand. */
  card: 'none' | 'good' | 'bad';
}

/** How long the clock is advanced, or to what. */
export type Stretch =
  | { hours: number }
  | { days: number }
  | { to: 'boundary' | 'just_before_boundary' | 'just_after_boundary' | 'next_event' };

/** plainly: sent once more; keyed: sent again with the same Idempotency-Key. */
type Twice = 'plainly' | 'keyed';

/** What somebody does, in terms that have a meaning whatever has happened before. */
export type Operation =
  | { type: 'advance'; stretch: Stretch; lookAhead: boolean }
  | {
      type: 'change';
      plan?: number;
      quantity?: number;
      when: 'now' | 'period_end';
      /** Looked at before; and so many minutes later done as of then. */
      preview?: { minutesBefore: number };
      twice?: Twice;
    }
  | { type: 'withdraw' }
  | { type: 'pause'; days?: number; twice?: Twice }
  | { type: 'resume'; twice?: Twice }
  | { type: 'cancel'; atPeriodEnd: boolean; prorate?: boolean; twice?: Twice }
  | { type: 'reactivate'; twice?: Twice }
  | { type: 'apply_coupon'; coupon: number }
  | { type: 'remove_coupon' }
  | { type: 'use_card'; good: boolean }
  | { type: 'pay'; invoice: number };

export interface Script {
  seed: number;
  beginning: Beginning;
  operations: Operation[];
}

const instants = [
  '2026-01-31T10:00:00Z',
  '2028-02-29T12:34:56Z',
  '2026-08-31T23:59:59Z',
  '2026-03-01T01:30:00Z',
  '2026-09-27T01:30:00Z',
  '2027-10-31T00:30:00Z',
  '2026-04-15T08:15:42Z',
  '2027-12-30T22:05:00Z',
] as const;

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Auckland',
] as const;

/** The life of a seed: how it begins, and 8 to 20 operations. */
export function scriptOf(seed: number): Script {
  const chance = chanceOf(seed);
  const upTo = (most: number) => 1 + Math.floor(chance() * most);
  const below = (count: number) => Math.floor(chance() * count);
  const sometimes = (probability: number) => chance() < probability;
  const twice = () => (sometimes(0.2) ? { twice: oneOf<Twice>(chance, ['plainly', 'keyed']) } : {});

  const stretch = (): Stretch =>
    oneOf<() => Stretch>(chance, [
      () => ({ hours: upTo(20) }),
      () => ({ days: upTo(6) }),
      () => ({ days: upTo(6) }),
      () => ({ days: 5 + upTo(20) }),
      () => ({ days: 25 + upTo(70) }),
      () => ({ to: 'boundary' }),
      () => ({ to: 'boundary' }),
      () => ({ to: 'just_before_boundary' }),
      () => ({ to: 'just_after_boundary' }),
      () => ({ to: 'next_event' }),
      () => ({ to: 'next_event' }),
      () => (sometimes(0.3) ? { days: 300 + upTo(100) } : { days: upTo(40) }),
    ])();
  const advance = (by = stretch()): Operation => ({
    type: 'advance',
    stretch: by,
    lookAhead: sometimes(0.4),
  });
  const useCard = (good: boolean): Operation => ({ type: 'use_card', good });
  const change = (when?: 'now' | 'period_end'): Operation => ({
    type: 'change',
    ...(sometimes(0.8) ? { plan: below(sometimes(0.85) ? offersToStartWith : offerCount) } : {}),
    ...(sometimes(0.5) ? { quantity: sometimes(0.03) ? 1_000_000 : upTo(5) } : {}),
    when: when ?? (sometimes(0.65) ? 'now' : 'period_end'),
    ...(sometimes(0.5) ? { preview: { minutesBefore: sometimes(0.3) ? upTo(12) : 0 } } : {}),
    ...twice(),
  });
  const pause = (): Operation => ({
    type: 'pause',
    ...(sometimes(0.5) ? { days: upTo(45) } : {}),
    ...twice(),
  });
  const resume = (): Operation => ({ type: 'resume', ...twice() });
  const pay = (): Operation => ({ type: 'pay', invoice: below(3) });
  const coupon = (): Operation => ({ type: 'apply_coupon', coupon: below(couponCount) });
  const cancel = (): Operation => ({
    type: 'cancel',
    atPeriodEnd: false,
    ...(sometimes(0.6) ? {} : { prorate: sometimes(0.3) }),
    ...twice(),
  });
  const cancelAtEnd = (): Operation => ({ type: 'cancel', atPeriodEnd: true, ...twice() });
  const reactivate = (): Operation => ({ type: 'reactivate', ...twice() });
  const boundary = () => advance({ to: 'boundary' });

  /** What often comes together, besides what comes by itself. */
  const scenes: [number, () => Operation[]][] = [
    [8, () => [advance()]],
    [7, () => [change()]],
    [3, () => [change('now'), advance({ hours: upTo(200) }), change('now')]],
    [2, () => [change('period_end'), boundary()]],
    [1, () => [change('period_end'), useCard(false), change('now'), useCard(true)]],
    [1, () => [change(), { type: 'withdraw' }]],
    [1.5, () => [change('now'), advance({ hours: upTo(150) }), useCard(true), pay()]],
    [2, () => [pause(), advance(), resume()]],
    [2, () => [pause(), boundary(), advance({ days: upTo(8) }), resume()]],
    [0.7, () => [pause(), boundary(), useCard(false), resume(), advance()]],
    [0.5, () => [pause()]],
    [0.5, () => [resume()]],
    [1, () => [cancelAtEnd(), advance({ hours: upTo(48) }), reactivate()]],
    [0.5, () => [cancelAtEnd()]],
    [0.3, () => [reactivate()]],
    [1, () => [cancel()]],
    [0.5, () => [change('now'), advance({ hours: upTo(60) }), cancel()]],
    [1.5, () => [coupon()]],
    [1, () => [coupon(), advance(), { type: 'remove_coupon' }, advance(), coupon()]],
    [0.4, () => [{ type: 'remove_coupon' }]],
    [2, () => [useCard(false), boundary(), advance({ to: 'next_event' })]],
    [1, () => [useCard(false), boundary(), pay(), useCard(true)]],
    [0.7, () => [useCard(false), boundary(), advance({ days: upTo(9) }), useCard(true)]],
    [0.5, () => [useCard(false), boundary(), cancelAtEnd(), advance({ days: upTo(30) })]],
    [0.5, () => [useCard(false), boundary(), change('period_end'), pause(), advance(), resume()]],
    [1, () => [useCard(sometimes(0.65))]],
    [1.5, () => [useCard(true), pay()]],
    [0.5, () => [pay()]],
    [0.3, () => [{ type: 'withdraw' }]],
  ];
  const all = scenes.reduce((sum, [weight]) => sum + weight, 0);
  const scene = (): Operation[] => {
    let point = chance() * all;
    for (const [weight, make] of scenes) {
      point -= weight;
      if (point < 0) return make();
    }
    return [advance()];
  };

  const beginning: Beginning = {
    at: new Date(Date.parse(oneOf(chance, instants)) + below(3) * 86_400_000).toISOString(),
    zone: oneOf(chance, zones),
    plan: below(offersToStartWith),
    measure: sometimes(0.6) ? 'bySecond' : 'byDay',
    quantity: sometimes(0.6) ? 1 : upTo(4),
    ...(sometimes(0.3) ? { coupon: below(couponCount) } : {}),
    country: below(countryCount),
    card: sometimes(0.25) ? 'none' : sometimes(0.04) ? 'bad' : 'good',
  };
  const length = 8 + below(13);
  const operations: Operation[] = [];
  while (operations.length < length) operations.push(...scene());
  return { seed, beginning, operations };
}
