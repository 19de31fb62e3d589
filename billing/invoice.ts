import { discountsOf, type Discount } from './coupon';
import { minimumCharge, mulRational, stepOf, type Currency, type MinorUnits } from './money';
import type { Rational } from './rational';
import { sumOfTaxes, taxLines, taxPerRate, type LineTax, type TaxRate } from './tax';

/** `overdue` is no status: it is open past its due date. */
export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';

/** A line before arithmetic. Amounts are the whole line's (unit price × quantity); credits are negative. */
export interface LineInput {
  /** Before discount and exclusive tax; contains inclusive tax. */
  amount: MinorUnits;
  /** False where a coupon must not act: credits, which are net of their own. Default true. */
  discountable?: boolean;
  /** The line's own rates, instead of the invoice's. */
  taxRates?: readonly TaxRate[];
  /** Set when `amount` is that share of what a full period costs: the discount is shared likewise. */
  partOf?: { fullAmount: MinorUnits; share: Rational };
}

/** What arithmetic adds to a line: net + tax = total. */
export interface LineAmounts {
  discount: MinorUnits;
  /** What the whole costs after its discount, of which the line is a share; its own where it is whole. */
  wholeNet: MinorUnits;
  /** amount − discount − inclusive tax. */
  net: MinorUnits;
  /** Inclusive and exclusive together. */
  tax: MinorUnits;
  taxes: LineTax[];
  /** amount − discount + exclusive tax. */
  total: MinorUnits;
}

/**
 * An invoice in minor units. I2: subtotal − discount + exclusiveTax = total = Σ lines' total;
 * and amountDue = total − creditApplied, balanceAfter = balance − creditApplied.
 */
export interface InvoiceAmounts<Line extends LineInput = LineInput> extends Settlement {
  lines: (Line & LineAmounts)[];
  /** Σ lines' amount. */
  subtotal: MinorUnits;
  discount: MinorUnits;
  /** All tax: inclusive, a part of its lines, and exclusive, added to them. */
  tax: MinorUnits;
  exclusiveTax: MinorUnits;
  /** The same per rate. */
  taxes: LineTax[];
  total: MinorUnits;
}

/** How a total meets the customer's balance. */
export interface Settlement {
  /**
   * What the balance gives to the invoice. Negative when the invoice gives to the balance: a
   * negative total, or a debt of the balance that is collected with it.
   */
  creditApplied: MinorUnits;
  /** To be charged: zero, or at least the currency's minimum and a multiple of its step. */
  amountDue: MinorUnits;
  /** The customer's balance afterwards; negative when they owe. */
  balanceAfter: MinorUnits;
}

/**
 * The arithmetic of an invoice: lines, then discount, then tax, then total, then balance. Lines come
 * back in their order with whatever else they carried. The invoice is paid by itself when nothing
 * is due.
 *
 * @param input.coupon the discount of the coupon in force, if any
 * @param input.taxRates of every line that has none of its own
 * @param input.balance the customer's credit in this currency, negative for a debt
 */
export function computeInvoice<Line extends LineInput>(input: {
  currency: Currency;
  lines: readonly Line[];
  coupon?: Discount;
  taxRates?: readonly TaxRate[];
  balance: MinorUnits;
}): InvoiceAmounts<Line> {
  const { currency, coupon, taxRates = [], balance } = input;
  const discounts = discountLines(input.lines, coupon);
  const taxes = taxLines(
    input.lines.map((line, index) => ({
      amount: line.amount - (discounts[index]?.discount ?? 0n),
      taxRates: line.taxRates ?? taxRates,
    })),
  );
  const lines = input.lines.map((line, index) =>
    withAmounts(line, discounts[index] ?? noDiscount, taxes[index] ?? []),
  );
  const all = lines.flatMap((line) => line.taxes);
  const total = sum(lines.map((line) => line.total));
  return {
    lines,
    subtotal: sum(lines.map((line) => line.amount)),
    discount: sum(lines.map((line) => line.discount)),
    tax: sumOfTaxes(all),
    exclusiveTax: sumOfTaxes(all, 'exclusive'),
    taxes: taxPerRate(all),
    total,
    ...settle(total, balance, currency),
  };
}

/**
 * Applies a balance to a total. What is below Stripe's minimum is not charged but carried on the
 * balance; what is off the currency's step is charged to the nearest step, the difference
 * carried likewise (https://docs.stripe.com/currencies, special cases, does so for UGX).
 */
export function settle(total: MinorUnits, balance: MinorUnits, currency: Currency): Settlement {
  const owed = total - balance;
  const step = stepOf(currency);
  const amountDue = owed < minimumCharge(currency) ? 0n : mulRational(owed, 1n, step) * step;
  const creditApplied = total - amountDue;
  return { creditApplied, amountDue, balanceAfter: balance - creditApplied };
}

interface LineDiscount {
  discount: MinorUnits;
  /** Of the whole that the line is a share of. */
  wholeDiscount: MinorUnits;
}

const noDiscount: LineDiscount = { discount: 0n, wholeDiscount: 0n };

/**
 * Discounts are worked out on full amounts and shared like the amounts, so that what a part of a
 * period costs after its discount is exactly that part of what the period costs after its discount.
 */
function discountLines(lines: readonly LineInput[], coupon: Discount | undefined): LineDiscount[] {
  if (coupon === undefined) return lines.map(() => noDiscount);
  const wholeDiscounts = discountsOf(
    lines.map((line) => {
      if (line.discountable === false) return 0n;
      return line.partOf?.fullAmount ?? line.amount;
    }),
    coupon,
  );
  return lines.map((line, index) => {
    const wholeDiscount = wholeDiscounts[index] ?? 0n;
    if (line.partOf === undefined) return { discount: wholeDiscount, wholeDiscount };
    const { fullAmount, share } = line.partOf;
    const net = mulRational(fullAmount - wholeDiscount, share.numerator, share.denominator);
    return { discount: wholeDiscount === 0n ? 0n : line.amount - net, wholeDiscount };
  });
}

function withAmounts<Line extends LineInput>(
  line: Line,
  { discount, wholeDiscount }: LineDiscount,
  taxes: LineTax[],
): Line & LineAmounts {
  const afterDiscount = line.amount - discount;
  return {
    ...line,
    discount,
    wholeNet: (line.partOf?.fullAmount ?? line.amount) - wholeDiscount,
    taxes,
    tax: sumOfTaxes(taxes),
    net: afterDiscount - sumOfTaxes(taxes, 'inclusive'),
    total: afterDiscount + sumOfTaxes(taxes, 'exclusive'),
  };
}

function sum(amounts: readonly MinorUnits[]): MinorUnits {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** What decides how much of a final invoice is still to be paid. */
export interface Claimed {
  amountDueMinor: MinorUnits;
  amountCreditedMinor: MinorUnits;
  amountCarriedMinor: MinorUnits;
  amountPaidMinor: MinorUnits;
}

/** What is still to be paid of a final invoice: what was due, less what was credited, carried and paid. */
export const outstandingOf = (invoice: Claimed): MinorUnits =>
  invoice.amountDueMinor -
  invoice.amountCreditedMinor -
  invoice.amountCarriedMinor -
  invoice.amountPaidMinor;
