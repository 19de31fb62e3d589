/** Why a payment failed and what helps, in words for the customer: a sentence each. */
export interface FailureReason {
  what: string;
  advice: string;
  /** Set when there was nothing to charge, so that the mail doesn't speak of an attempt. */
  nothingTried?: true;
}

const notEnoughMoney: FailureReason = {
  what: 'Your bank reported that there was not enough money in the account.',
  advice: 'Please top up the account, or pay with another card.',
};
const expired: FailureReason = {
  what: 'The card on file has expired.',
  advice: 'Please add a new card.',
};
const wrongDetails: FailureReason = {
  what: 'Your bank did not accept the details of the card on file.',
  advice: 'Please enter the card again, or pay with another one.',
};
const overLimit: FailureReason = {
  what: 'The payment is over a limit that your bank sets for this card.',
  advice: 'Please ask your bank to raise it, or pay with another card.',
};
const unsupported: FailureReason = {
  what: 'This card can’t be used for this kind of payment.',
  advice: 'Please pay with another card.',
};
const passing: FailureReason = {
  what: 'Your bank could not process the payment at that moment.',
  advice: 'This often passes by itself; you can also pay with another card.',
};
const confirmation: FailureReason = {
  what: 'Your bank wants you to confirm this payment yourself.',
  advice: 'Please open the payment page and follow your bank’s steps.',
};
const debitRefused: FailureReason = {
  what: 'Your bank refused the direct debit.',
  advice: 'Please ask your bank about it, or choose another payment method.',
};
const missing: FailureReason = {
  what: 'There is no payment method on file.',
  advice: 'Please add one.',
  nothingTried: true,
};
const declined: FailureReason = {
  what: 'Your bank declined the payment without giving a reason.',
  advice: 'Please ask your bank about it, or pay with another card.',
};

/**
 * Stripe's decline and error codes, https://docs.stripe.com/declines/codes. Stripe asks that lost_card, stolen_card,
 * fraudulent, pickup_card, restricted_card and the like be shown as a plain decline: left out, they fall to that.
 */
const reasons = new Map<string, FailureReason>([
  ['insufficient_funds', notEnoughMoney],
  ['expired_card', expired],
  ['incorrect_number', wrongDetails],
  ['invalid_number', wrongDetails],
  ['incorrect_cvc', wrongDetails],
  ['invalid_cvc', wrongDetails],
  ['incorrect_zip', wrongDetails],
  ['incorrect_address', wrongDetails],
  ['incorrect_pin', wrongDetails],
  ['invalid_pin', wrongDetails],
  ['pin_try_exceeded', wrongDetails],
  ['invalid_account', wrongDetails],
  ['new_account_information_available', wrongDetails],
  ['invalid_expiry_month', wrongDetails],
  ['invalid_expiry_year', wrongDetails],
  ['card_velocity_exceeded', overLimit],
  ['withdrawal_count_limit_exceeded', overLimit],
  ['invalid_amount', overLimit],
  ['card_not_supported', unsupported],
  ['currency_not_supported', unsupported],
  ['service_not_allowed', unsupported],
  ['not_permitted', unsupported],
  ['processing_error', passing],
  ['issuer_not_available', passing],
  ['reenter_transaction', passing],
  ['try_again_later', passing],
  ['approve_with_id', passing],
  ['authentication_required', confirmation],
  ['authentication_not_handled', confirmation],
  ['mobile_device_authentication_required', confirmation],
  ['payment_method_customer_decline', confirmation],
  ['payment_intent_authentication_failure', confirmation],
  ['debit_not_authorized', debitRefused],
  ['bank_account_restricted', debitRefused],
  ['account_closed', debitRefused],
  ['no_payment_method', missing],
  ['payment_method_missing', missing],
]);

/** The words for a decline or error code; an unknown code is told as a plain decline. */
export function failureReason(code: string): FailureReason {
  return reasons.get(code) ?? declined;
}
