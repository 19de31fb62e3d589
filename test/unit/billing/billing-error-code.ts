import { BillingError } from '../../../billing/billing-error';

/** The code of the billing error that an action throws; undefined when it throws none. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof BillingError) return error.code;
    throw error;
  }
}
