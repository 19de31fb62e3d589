import type { Instant } from '../billing/instant';
import { computeInvoice, type InvoiceAmounts } from '../billing/invoice';
import type { MinorUnits } from '../billing/money';
import type { LineTax, TaxRate } from '../billing/tax';
import { discountInForce } from './coupons';
import type { DraftLine } from './plan-lines';
import type {
  InvoicedTax,
  InvoiceItemRecord,
  PlanRecord,
  SubscriptionRecord,
  TaxRateRecord,
} from './ports/records';
import type { NewInvoice, NewInvoiceLine, UnitOfWork } from './ports/store';

/** An invoice that is reckoned and not written. */
export interface ComposedInvoice {
  currency: string;
  amounts: InvoiceAmounts<DraftLine>;
  discountId: string | null;
  /** The one-off items among its lines. */
  itemIds: string[];
  /** What the lines' taxes are called. */
  rates: TaxRateRecord[];
}

/**
 * Reckons an invoice from its lines: the coupon in force at `at` (the true start of what is
 * invoiced), the taxes of the customer's country and status, and the customer's balance. Previews
 * and issued invoices both come from here, so that they are the same to the cent.
 *
 * @param input.withItems takes the one-off items along that wait for the next invoice
 * @param input.balance false leaves the customer's balance alone, as a draft does
 */
export async function composeInvoice(
  unit: UnitOfWork,
  input: {
    subscription: SubscriptionRecord;
    plan: PlanRecord;
    lines: DraftLine[];
    at: Instant;
    withItems?: boolean;
    balance?: boolean;
  },
): Promise<ComposedInvoice> {
  const { subscription, plan, at } = input;
  const { currency } = plan;
  const user = await unit.user(subscription.userId);
  const rates = await unit.taxRatesFor(user);
  const coupon = await discountInForce(unit, subscription, plan, at);
  const items = input.withItems === true ? await unit.waitingItems(subscription.id, currency) : [];
  const balance = input.balance === false ? 0n : await unit.balance(user.id, currency);
  const amounts = computeInvoice({
    currency,
    lines: [...input.lines, ...items.map((item) => itemLine(item, at))],
    taxRates: rates.map(taxRate),
    balance,
    ...(coupon === undefined ? {} : { coupon: coupon.discount }),
  });
  return {
    currency,
    amounts: input.balance === false ? unsettled(amounts) : amounts,
    discountId: amounts.discount === 0n ? null : (coupon?.discountId ?? null),
    itemIds: items.map(({ id }) => id),
    rates,
  };
}

/** A draft's balance is applied, and what is due decided, when it is finalised. */
const unsettled = (amounts: InvoiceAmounts<DraftLine>): InvoiceAmounts<DraftLine> => ({
  ...amounts,
  creditApplied: 0n,
  amountDue: larger(amounts.total, 0n),
});

const larger = (a: MinorUnits, b: MinorUnits) => (a > b ? a : b);

const taxRate = ({ id, percentage, inclusive }: TaxRateRecord): TaxRate => ({
  id,
  percentage,
  inclusive,
});

function itemLine(item: InvoiceItemRecord, at: Instant): DraftLine {
  return {
    description: item.description,
    quantity: item.quantity,
    amount: item.amountMinor,
    kind: 'item',
    proration: false,
    period: { start: at, end: at },
    planId: null,
    reversesLineId: null,
  };
}

/** The amounts as an invoice's columns. */
export function amountColumns({ amounts, discountId }: ComposedInvoice) {
  return {
    subtotalMinor: amounts.subtotal,
    discountMinor: amounts.discount,
    taxMinor: amounts.tax,
    totalMinor: amounts.total,
    creditAppliedMinor: amounts.creditApplied,
    amountDueMinor: amounts.amountDue,
    discountId,
  } satisfies Partial<NewInvoice>;
}

/** The lines as rows. */
export function lineRows(
  { amounts, rates }: ComposedInvoice,
  known: readonly InvoicedTax[],
): NewInvoiceLine[] {
  const named = new Map<string, Omit<InvoicedTax, 'amount'>>([
    ...known.map((tax) => [tax.taxRateId, tax] as const),
    ...rates.map(({ id, ...rate }) => [id, { taxRateId: id, ...rate }] as const),
  ]);
  return amounts.lines.map((line) => ({
    kind: line.kind,
    planId: line.planId,
    reversesLineId: line.reversesLineId,
    description: line.description,
    quantity: line.quantity,
    amountMinor: line.amount,
    discountMinor: line.discount,
    taxMinor: line.tax,
    wholeNetMinor: line.partOf === undefined ? null : line.wholeNet,
    taxes: line.taxes.map((tax) => invoicedTax(tax, named)),
    proration: line.proration,
    periodStart: line.period.start,
    periodEnd: line.period.end,
  }));
}

function invoicedTax(
  { taxRateId, inclusive, amount }: LineTax,
  named: ReadonlyMap<string, Omit<InvoicedTax, 'amount'>>,
): InvoicedTax {
  const rate = named.get(taxRateId);
  return {
    taxRateId,
    name: rate?.name ?? 'Tax',
    percentage: rate?.percentage ?? '0',
    inclusive,
    amount: String(amount),
  };
}
