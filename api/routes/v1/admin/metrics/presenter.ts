import type { z } from 'zod';
import { roundHalfAway } from '../../../../../billing/rational';
import { asMinorUnits } from '../../../../presenters/money';
import type { CollectionMonth, Dunning } from '../../../../queries/operator/collection';
import type {
  Movement,
  RevenueMovement,
  StandingRevenue,
} from '../../../../queries/operator/recurring-revenue';
import type { metrics } from './schemas';

/** What the queries found. */
export interface Figures {
  at: string;
  timeZone: string;
  /** `2026-03` …, the oldest first. */
  months: readonly string[];
  standing: readonly StandingRevenue[];
  customers: ReadonlyMap<string, number>;
  movements: readonly RevenueMovement[];
  collection: readonly CollectionMonth[];
  dunning: readonly Dunning[];
}

type Metrics = z.input<typeof metrics>;
type PresentedCurrency = Metrics['currencies'][number];
type PresentedMonth = PresentedCurrency['months'][number];

export function presentMetrics(figures: Figures): Metrics {
  const { standing, movements, collection, dunning } = figures;
  const rows = [...standing, ...movements, ...collection, ...dunning];
  const currencies = [...new Set(rows.map(({ currency }) => currency))].toSorted();
  return {
    at: figures.at,
    time_zone: figures.timeZone,
    currencies: currencies.map((currency) => presentCurrency(figures, currency)),
  };
}

function presentCurrency(figures: Figures, currency: string): PresentedCurrency {
  const standing = figures.standing.filter((row) => row.currency === currency);
  const of = (status: StandingRevenue['status']) => standing.find((row) => row.status === status);
  const paying = [of('active'), of('past_due')].flatMap((row) => row ?? []);
  const mrr = paying.reduce((sum, { mrrMinor }) => sum + mrrMinor, 0n);
  const customers = figures.customers.get(currency) ?? 0;
  return {
    currency,
    mrr: asMinorUnits(mrr),
    arpu: customers === 0 ? null : asMinorUnits(ratio(mrr, BigInt(customers))),
    customers,
    subscriptions: {
      active: of('active')?.subscriptions ?? 0,
      trialing: of('trialing')?.subscriptions ?? 0,
      past_due: of('past_due')?.subscriptions ?? 0,
      paused: of('paused')?.subscriptions ?? 0,
      unpaid: of('unpaid')?.subscriptions ?? 0,
    },
    months: monthsOf(figures, currency),
    dunning: presentDunning(
      figures.dunning.find((row) => row.currency === currency),
      of('past_due')?.mrrMinor ?? 0n,
    ),
  };
}

function monthsOf({ months, movements, collection }: Figures, currency: string): PresentedMonth[] {
  const own = movements.filter((row) => row.currency === currency);
  let standing = own
    .filter(({ month }) => month === null)
    .reduce((sum, { mrrMinor }) => sum + mrrMinor, 0n);
  return months.map((month) => {
    const start = standing;
    const moved = own.filter((row) => row.month === month);
    standing += moved.reduce((sum, { mrrMinor }) => sum + mrrMinor, 0n);
    return {
      month,
      mrr_at_start: asMinorUnits(start),
      ...presentMovements(moved, start),
      mrr_at_end: asMinorUnits(standing),
      ...presentCollection(
        collection.find((row) => row.currency === currency && row.month === month),
      ),
    };
  });
}

function presentMovements(moved: readonly RevenueMovement[], start: bigint) {
  const by = (wanted: Movement) => moved.find(({ movement }) => movement === wanted);
  const added = (movement: Movement) => by(movement)?.mrrMinor ?? 0n;
  const taken = (movement: Movement) => -added(movement);
  const lost = taken('churned') + taken('contraction');
  return {
    new: { subscriptions: by('new')?.subscriptions ?? 0, mrr: asMinorUnits(added('new')) },
    expansion: asMinorUnits(added('expansion')),
    contraction: asMinorUnits(taken('contraction')),
    paused: asMinorUnits(taken('paused')),
    resumed: asMinorUnits(added('resumed')),
    churned: {
      subscriptions: by('churned')?.subscriptions ?? 0,
      mrr: asMinorUnits(taken('churned')),
    },
    gross_churn: share(lost, start),
    net_churn: share(lost - added('expansion'), start),
  };
}

const presentCollection = (row: CollectionMonth | undefined) => ({
  failed_payments: {
    attempts: row?.failedPayments ?? 0,
    amount: asMinorUnits(row?.failedMinor ?? 0n),
  },
  recovered_payments: {
    invoices: row?.recoveredInvoices ?? 0,
    amount: asMinorUnits(row?.recoveredMinor ?? 0n),
  },
});

function presentDunning(row: Dunning | undefined, mrrAtRisk: bigint): PresentedCurrency['dunning'] {
  const { recovered = 0, lost = 0 } = row ?? {};
  return {
    open: {
      invoices: row?.openInvoices ?? 0,
      subscriptions: row?.openSubscriptions ?? 0,
      amount_at_risk: asMinorUnits(row?.atRiskMinor ?? 0n),
      mrr_at_risk: asMinorUnits(mrrAtRisk),
    },
    recovered: { invoices: recovered, amount: asMinorUnits(row?.recoveredMinor ?? 0n) },
    lost: { invoices: lost, amount: asMinorUnits(row?.lostMinor ?? 0n) },
    recovered_share: share(BigInt(recovered), BigInt(recovered + lost)),
  };
}

const ratio = (numerator: bigint, denominator: bigint) => roundHalfAway({ numerator, denominator });

/** A fraction as a decimal with four places; null where there is no whole. */
function share(part: bigint, whole: bigint): string | null {
  if (whole <= 0n) return null;
  const tenThousandths = ratio(part * 10_000n, whole);
  const magnitude = tenThousandths < 0n ? -tenThousandths : tenThousandths;
  const digits = String(magnitude).padStart(5, '0');
  return `${tenThousandths < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
