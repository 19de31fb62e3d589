import type { Scope } from './world';

/** What the sandbox's account took and gave in one currency, in minor units. Fees are left out. */
export interface CurrencyBooks {
  /** Captured by successful charges. */
  charged: number;
  /** Given back and not failed. */
  refunded: number;
  /** Taken back by disputes and not won. */
  disputed: number;
  /** charged − refunded − disputed */
  net: number;
  /** How many charges succeeded. */
  payments: number;
}

/** The account's books per currency, for comparing a ledger with. */
export function booksOf(scope: Pick<Scope, 'store'>): Record<string, CurrencyBooks> {
  const { charges, refunds, disputes } = scope.store.tables;
  const books: Record<string, CurrencyBooks> = {};
  const page = (currency: string) =>
    (books[currency] ??= { charged: 0, refunded: 0, disputed: 0, net: 0, payments: 0 });
  for (const [, { object }] of charges.oldestFirst()) {
    if (object.status === 'succeeded' && object.captured) {
      page(object.currency).charged += object.amount_captured;
      page(object.currency).payments += 1;
    }
  }
  for (const [, { object }] of refunds.oldestFirst()) {
    if (object.status !== 'failed') {
      page(object.currency).refunded += object.amount;
    }
  }
  for (const [, { object }] of disputes.oldestFirst()) {
    const moved = object.balance_transactions.reduce((sum, each) => sum + each.amount, 0);
    page(object.currency).disputed -= moved;
  }
  for (const each of Object.values(books)) {
    each.net = each.charged - each.refunded - each.disputed;
  }
  return books;
}
