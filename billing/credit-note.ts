import { BillingError } from './billing-error';
import { mulRational, type MinorUnits } from './money';
import { split, type ChargedLine } from './proration';
import type { Rational } from './rational';
import { sumOfTaxes, taxLines, type LineTax } from './tax';

/** A line of a finalised invoice, as far as a credit note needs it. */
export interface InvoicedLine extends ChargedLine {
  taxes: readonly LineTax[];
}

/** All amounts are positive: what the customer gets back. total = net + tax. */
export interface CreditNoteAmounts {
  lines: { net: MinorUnits; tax: MinorUnits; total: MinorUnits; taxes: LineTax[] }[];
  net: MinorUnits;
  tax: MinorUnits;
  total: MinorUnits;
}

/**
 * The credit note for the unused share of invoiced lines: what each cost after its discount, with
 * tax at the line's own rates. For charges, not for credit lines. No line gives back more tax than it took, and a line credited
 * whole gives back exactly its tax.
 */
export function creditNoteFor(lines: readonly InvoicedLine[], share: Rational): CreditNoteAmounts {
  const amounts = lines.map((line) => split(line.amount - line.discount, share).unused);
  const taxes = taxLines(
    lines.map((line, index) => ({ amount: amounts[index] ?? 0n, taxRates: line.taxRates })),
  );
  const credited = lines.map((line, index) => {
    const amount = amounts[index] ?? 0n;
    const whole = amount === line.amount - line.discount;
    const own = whole ? [...line.taxes] : atMost(taxes[index] ?? [], line.taxes);
    const tax = sumOfTaxes(own);
    const net = amount - sumOfTaxes(own, 'inclusive');
    return { net, tax, total: net + tax, taxes: own };
  });
  const net = credited.reduce((sum, line) => sum + line.net, 0n);
  const tax = credited.reduce((sum, line) => sum + line.tax, 0n);
  return { lines: credited, net, tax, total: net + tax };
}

function atMost(taxes: readonly LineTax[], taken: readonly LineTax[]): LineTax[] {
  return taxes.map((tax) => {
    const limit = taken.find((other) => other.taxRateId === tax.taxRateId)?.amount ?? 0n;
    return tax.amount > limit ? { ...tax, amount: limit } : tax;
  });
}

/** What an invoice was and how much of it has been credited, in minor units. */
export interface Creditable {
  /** Tax included. */
  total: MinorUnits;
  tax: MinorUnits;
  creditedTotal: MinorUnits;
  creditedTax: MinorUnits;
}

/** net + tax = total, all positive or zero on ordinary invoices. */
export interface CreditAmounts {
  net: MinorUnits;
  tax: MinorUnits;
  total: MinorUnits;
}

/**
 * Net and tax of a credit of `amount`, tax included. All that is credited so far has the invoice's
 * proportion of tax, rounded once: so that crediting the whole, in any number of steps, gives back
 * exactly the invoice's net and tax.
 * @throws BillingError amount_not_positive, and credit_exceeds_invoice for more than what is left.
 */
export function partialCredit(invoice: Creditable, amount: MinorUnits): CreditAmounts {
  const { total, tax, creditedTotal, creditedTax } = invoice;
  if (amount <= 0n) {
    throw new BillingError('amount_not_positive', `Not an amount to credit: ${amount}`);
  }
  if (amount > total - creditedTotal) {
    throw new BillingError(
      'credit_exceeds_invoice',
      `${amount} is more than is left to credit: ${total - creditedTotal}`,
    );
  }
  const taxLeft = tax - creditedTax;
  const netLeft = total - creditedTotal - taxLeft;
  const inProportion = mulRational(tax, creditedTotal + amount, total) - creditedTax;
  // Notes for single lines may have left another proportion: net and tax both stay within what is left.
  const least = largerOf(smallerOf(0n, taxLeft), amount - largerOf(0n, netLeft));
  const most = smallerOf(largerOf(0n, taxLeft), amount - smallerOf(0n, netLeft));
  const credited = smallerOf(largerOf(inProportion, least), most);
  return { net: amount - credited, tax: credited, total: amount };
}

/**
 * Shares a credit out over invoices, first come first, each at most what is left of it to credit:
 * its total minus what was credited. There is a part for every invoice, of nothing where it has no
 * room. An invoice of a negative total has given money back already: that much less is left of the
 * others together, so that never more is given back than was paid. Net and tax stay in proportion
 * and, with nothing left over, add up to the credit's.
 * @returns `rest`: the part of the total that fits nowhere; parts' totals + rest = total. Over all
 *   invoices of a period it is what the rounding of their taxes adds up to, and is owed to nobody.
 */
export function spreadCredit(
  credit: CreditAmounts,
  room: readonly MinorUnits[],
): { parts: CreditAmounts[]; rest: MinorUnits } {
  const allRoom = room.reduce((sum, left) => sum + left, 0n);
  const fits = smallerOf(credit.total, largerOf(allRoom, 0n));
  let spread = 0n;
  let spreadTax = 0n;
  const parts = room.map((left) => {
    const total = smallerOf(largerOf(left, 0n), fits - spread);
    if (total <= 0n) return { net: 0n, tax: 0n, total: 0n };
    const tax = mulRational(credit.tax, spread + total, credit.total) - spreadTax;
    spread += total;
    spreadTax += tax;
    return { net: total - tax, tax, total };
  });
  return { parts, rest: credit.total - spread };
}

/** Where the money of a credit goes; together they are its total. */
export interface CreditDestinations {
  /** Off what is still due on the open invoice. */
  toInvoice: MinorUnits;
  /** Refunded to the card. */
  toCard: MinorUnits;
  /** To the customer's balance. */
  toBalance: MinorUnits;
}

/**
 * Where a credit of `total` goes: first against what is still due of its invoice, then, when the card
 * is wanted, back to the card, then to the balance.
 *
 * @param input.outstanding what is still due on the open invoice; 0 on any other
 * @param input.paidByCard what was paid by card and not refunded
 * @param input.step what the card can be given back in multiples of: the currency's `stepOf`
 */
export function destinationsOf(input: {
  total: MinorUnits;
  outstanding: MinorUnits;
  paidByCard: MinorUnits;
  wanted: 'card' | 'balance';
  step?: MinorUnits;
}): CreditDestinations {
  const { total, outstanding, paidByCard, wanted, step = 1n } = input;
  const toInvoice = smallerOf(total, outstanding);
  const refundable = wanted === 'card' ? smallerOf(total - toInvoice, paidByCard) : 0n;
  const toCard = refundable - (refundable % step);
  return { toInvoice, toCard, toBalance: total - toInvoice - toCard };
}

const smallerOf = (a: MinorUnits, b: MinorUnits): MinorUnits => (a < b ? a : b);
const largerOf = (a: MinorUnits, b: MinorUnits): MinorUnits => (a > b ? a : b);
