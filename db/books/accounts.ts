import type { LedgerAccount } from '../../activities/ports/records';

export interface BookAccount {
  /** As accountants number them: 1 assets, 2 liabilities, 4 income, 6 expenses. */
  number: string;
  name: string;
}

/** The chart of accounts. Numbers are fixed: what was imported once must be found again. */
export const chartOfAccounts: Readonly<Record<LedgerAccount, BookAccount>> = {
  cash: { number: '1010', name: 'Cash at Stripe' },
  bank: { number: '1020', name: 'Bank' },
  disputed: { number: '1030', name: 'Held by banks for disputes' },
  receivable: { number: '1100', name: 'Accounts receivable' },
  customer_balance: { number: '2100', name: 'Customer credit balances' },
  tax: { number: '2200', name: 'Tax payable' },
  suspense: { number: '2900', name: 'Suspense: money to be given back' },
  revenue: { number: '4000', name: 'Subscription revenue' },
  write_off: { number: '6900', name: 'Bad debts written off' },
  dispute_losses: { number: '6910', name: 'Disputes lost' },
};
