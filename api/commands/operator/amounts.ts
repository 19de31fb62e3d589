import { priceProblem, priceRefusal, type PriceProblem } from '../../../billing/money';
import { Problem } from '../../http/problem';

const codes: Readonly<Record<PriceProblem, string>> = {
  currency_unknown: 'currency_not_supported',
  amount_negative: 'amount_negative',
  amount_too_large: 'amount_too_large',
  amount_not_in_step: 'amount_step_invalid',
};

/**
 * Refuses what Stripe could not charge, before anything depends on it.
 * @param field of the request, which the refusal names
 * @throws Problem 400 `currency_not_supported`, `amount_negative`, `amount_too_large` or
 *   `amount_step_invalid` (1.234 KWD: its last digit is always 0)
 */
export function refuseAmount(field: string, amountMinor: bigint, currency: string): void {
  const problem = priceProblem(amountMinor, currency);
  if (problem === undefined) return;
  const code = codes[problem];
  const message = priceRefusal(amountMinor, currency) ?? 'Not an amount that can be charged.';
  const about = problem === 'currency_unknown' ? 'currency' : field;
  throw new Problem(400, code, message, { errors: [{ field: about, message, code }] });
}
