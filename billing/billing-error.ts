/** Stable codes of what the billing core refuses to compute with. */
export type BillingErrorCode =
  | 'instant_invalid'
  | 'time_zone_unknown'
  | 'term_invalid'
  | 'currency_unknown'
  | 'amount_invalid'
  | 'amount_too_precise'
  | 'amount_not_chargeable'
  | 'amount_not_positive'
  | 'credit_exceeds_invoice'
  | 'percentage_invalid'
  | 'weights_invalid';

/**
 * Input that has no meaning in billing (not an instant, not a currency ...). Callers that take input
 * from outside check it first; reaching this error is a bug or corrupt data.
 */
export class BillingError extends Error {
  override readonly name = 'BillingError';

  constructor(
    readonly code: BillingErrorCode,
    message: string,
  ) {
    super(message);
  }
}
