import type { Refusal } from '../../workflows/messages';
import { Problem } from './problem';

/** A workflow's expected no, on its way to the client. */
export class Refused extends Error {
  override name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.message}`);
  }
}

/** The three APIs speak of refusals in two ways: as v1 does, and as the two Django systems did. */
export type Surface = 'v1' | 'django';

const statuses: Readonly<Record<Refusal['code'], Record<Surface, number>>> = {
  plan_not_found: { v1: 404, django: 404 },
  plan_archived: { v1: 409, django: 400 },
  user_inactive: { v1: 403, django: 403 },
  live_subscription_exists: { v1: 409, django: 400 },
  payment_method_declined: { v1: 402, django: 402 },
  payment_method_unknown: { v1: 400, django: 400 },
  test_clock_not_found: { v1: 404, django: 404 },
  test_clock_busy: { v1: 409, django: 409 },
  subscription_ended: { v1: 409, django: 400 },
  subscription_not_found: { v1: 404, django: 404 },
  not_canceling: { v1: 409, django: 404 },
  invoice_not_payable: { v1: 409, django: 400 },
  currency_not_supported: { v1: 400, django: 400 },
};

/** The field that a refusal is about, where it is about one. */
const fields: Partial<Record<Refusal['code'], string>> = {
  payment_method_unknown: 'payment_method_id',
  payment_method_declined: 'payment_method_id',
};

/** A refusal as an answer: one mapping for everything that a workflow may refuse. */
export function problemOf({ code, message, declineCode }: Refusal, surface: Surface): Problem {
  const status = statuses[code][surface];
  const field = fields[code] ?? 'non_field_errors';
  return new Problem(status, code, message, {
    errors: status === 404 ? [] : [{ field, message, code }],
    members: declineCode === undefined ? {} : { decline_code: declineCode },
  });
}
