/**
 * What every test card and test bank account does: the table of https://docs.stripe.com/testing as data.
 */

/** Why a charge is refused, in the words of a Stripe card error. */
export interface Decline {
  code: string;
  decline_code: string;
  message: string;
  /** What the issuer advises; see `advice_code` of a card error. */
  advice_code: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later' | null;
  /** Refused by Stripe itself before the card's bank was asked. */
  blocked?: boolean;
}

/**
 * When the holder must pass 3D Secure.
 * - `always`: for every payment; a payment without the holder is refused.
 * - `until_set_up`: with the holder always; without, unless an earlier set-up was authenticated.
 * - `on_session`: with the holder always; without, never (it is set up from the start).
 */
export type Authentication = 'never' | 'always' | 'until_set_up' | 'on_session';

/** What happens after a successful charge. */
export type Dispute = { reason: 'fraudulent' | 'product_not_received'; inquiry: boolean };

export interface Instrument {
  /** Card number, or the name of the bank account: the key of the table. */
  number: string;
  kind: 'card' | 'us_bank_account';
  /** Test token names without `pm_card_` or `pm_`, and without `visa_` before a behaviour. */
  names: readonly string[];
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  country: string;
  /** Declined already when it is attached to a customer. */
  attach: Decline | null;
  charge: Decline | null;
  authentication: Authentication;
  dispute: Dispute | null;
  refund: 'at_once' | 'succeeds_later' | 'fails_later';
  /** Money that arrives days later, with the intent `processing` meanwhile: by itself, or only by hand. */
  slow: 'no' | 'settles' | 'waits';
}

const declined = (
  decline_code: string,
  advice_code: Decline['advice_code'] = 'try_again_later',
): Decline => ({
  code: 'card_declined',
  decline_code,
  advice_code,
  message: 'Your card was declined.',
});

export const GENERIC_DECLINE = declined('generic_decline');

/** A payment without the holder, on a card that wants to see the holder. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  advice_code: null,
  message: 'Your card was declined. This transaction requires authentication.',
};

/** The card's last day has passed. */
export const EXPIRED_CARD: Decline = {
  code: 'expired_card',
  decline_code: 'expired_card',
  advice_code: 'confirm_card_data',
  message: 'Your card has expired.',
};

/** A number that belongs to no test card. */
export const NOT_A_TEST_CARD: Decline = {
  code: 'card_declined',
  decline_code: 'test_mode_live_card',
  advice_code: null,
  message:
    'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
};

const INSUFFICIENT_FUNDS: Decline = {
  ...declined('insufficient_funds'),
  message: 'Your card has insufficient funds.',
};

const INCORRECT_CVC: Decline = {
  code: 'incorrect_cvc',
  decline_code: 'incorrect_cvc',
  advice_code: 'confirm_card_data',
  message: "Your card's security code is incorrect.",
};

const PROCESSING_ERROR: Decline = {
  code: 'processing_error',
  decline_code: 'processing_error',
  advice_code: 'try_again_later',
  message: 'An error occurred while processing your card. Try again in a little bit.',
};

const VELOCITY_EXCEEDED: Decline = {
  ...declined('card_velocity_exceeded'),
  message: 'Your card was declined for making repeated attempts too frequently.',
};

const BLOCKED: Decline = { ...declined('fraudulent', 'do_not_try_again'), blocked: true };

const plain: Instrument = {
  number: '4242424242424242',
  kind: 'card',
  names: ['visa'],
  brand: 'visa',
  funding: 'credit',
  country: 'US',
  attach: null,
  charge: null,
  authentication: 'never',
  dispute: null,
  refund: 'at_once',
  slow: 'no',
};

/** A card that is already refused when it is attached. */
const refused = (number: string, name: string, decline: Decline): Instrument => ({
  ...plain,
  number,
  names: [name],
  attach: decline,
  charge: decline,
});

const secure = (
  number: string,
  names: readonly string[],
  authentication: Authentication,
  charge: Decline | null = null,
): Instrument => ({ ...plain, number, names, authentication, charge });

const disputed = (number: string, name: string, dispute: Dispute): Instrument => ({
  ...plain,
  number,
  names: [name],
  dispute,
});

const bank = (name: string, decline_code: string | null): Instrument => ({
  ...plain,
  number: name,
  kind: 'us_bank_account',
  names: [name],
  brand: '',
  slow: name.endsWith('_processing') ? 'waits' : 'settles',
  charge:
    decline_code === null
      ? null
      : {
          code: decline_code,
          decline_code,
          advice_code: null,
          message: 'The bank did not pay the debit.',
        },
});

export const INSTRUMENTS: readonly Instrument[] = [
  plain,
  { ...plain, number: '4000056655665556', names: ['visa_debit'], funding: 'debit' },
  { ...plain, number: '5555555555554444', names: ['mastercard'], brand: 'mastercard' },
  { ...plain, number: '378282246310005', names: ['amex'], brand: 'amex' },
  { ...plain, number: '6011111111111117', names: ['discover'], brand: 'discover' },
  refused('4000000000000002', 'chargeDeclined', GENERIC_DECLINE),
  refused('4000000000009995', 'chargeDeclinedInsufficientFunds', INSUFFICIENT_FUNDS),
  refused('4000000000009987', 'chargeDeclinedLostCard', declined('lost_card', 'do_not_try_again')),
  refused(
    '4000000000009979',
    'chargeDeclinedStolenCard',
    declined('stolen_card', 'do_not_try_again'),
  ),
  refused('4000000000000069', 'chargeDeclinedExpiredCard', EXPIRED_CARD),
  refused('4000000000000127', 'chargeDeclinedIncorrectCvc', INCORRECT_CVC),
  refused('4000000000000119', 'chargeDeclinedProcessingError', PROCESSING_ERROR),
  refused('4000000000006975', 'chargeDeclinedVelocityLimitExceeded', VELOCITY_EXCEEDED),
  {
    ...plain,
    number: '4000000000000341',
    names: ['chargeCustomerFail'],
    charge: GENERIC_DECLINE,
  },
  { ...plain, number: '4100000000000019', names: ['radarBlock'], charge: BLOCKED },
  secure('4000002760003184', ['authenticationRequired'], 'always'),
  secure('4000002500003155', ['authenticationRequiredOnSetup'], 'until_set_up'),
  secure('4000003800000446', ['authenticationRequiredSetupForOffSession'], 'on_session'),
  secure('4000000000003220', ['threeDSecure2Required', 'threeDSecureRequired'], 'always'),
  secure(
    '4000008400001629',
    ['threeDSecureRequiredChargeDeclined', 'threeDSecure2RequiredChargeDeclined'],
    'always',
    GENERIC_DECLINE,
  ),
  disputed('4000000000000259', 'createDispute', { reason: 'fraudulent', inquiry: false }),
  disputed('4000000000002685', 'createDisputeProductNotReceived', {
    reason: 'product_not_received',
    inquiry: false,
  }),
  disputed('4000000000001976', 'createDisputeInquiry', { reason: 'fraudulent', inquiry: true }),
  { ...plain, number: '4000000000007726', names: ['pendingRefund'], refund: 'succeeds_later' },
  { ...plain, number: '4000000000005126', names: ['refundFail'], refund: 'fails_later' },
  bank('usBankAccount_success', null),
  bank('usBankAccount_processing', null),
  bank('usBankAccount_insufficientFunds', 'insufficient_funds'),
  bank('usBankAccount_accountClosed', 'account_closed'),
  bank('usBankAccount_debitNotAuthorized', 'debit_not_authorized'),
];

const byNumber = new Map(INSTRUMENTS.map((instrument) => [instrument.number, instrument]));
const byName = new Map(
  INSTRUMENTS.flatMap((instrument) => instrument.names.map((name) => [name, instrument] as const)),
);

/** The instrument with this card number (or bank account name), digits only. */
export function instrumentByNumber(number: string): Instrument | undefined {
  return byNumber.get(number);
}

/**
 * The instrument behind a test token: `pm_card_…`, `pm_usBankAccount_…` or, for `card[token]`, `tok_…`.
 * A behaviour may be named with or without `visa_` before it.
 */
export function instrumentByToken(token: string): Instrument | undefined {
  const name = /^(?:pm_card_|pm_|tok_)(.+)$/.exec(token)?.[1];
  if (name === undefined) {
    return undefined;
  }
  return byName.get(name) ?? byName.get(name.replace(/^visa_/, ''));
}

/** Whether a charge must first be authenticated by the holder. */
export function needsAuthentication(
  instrument: Instrument,
  circumstances: { offSession: boolean; setUp: boolean },
): boolean {
  const { authentication } = instrument;
  if (authentication === 'until_set_up') {
    return !(circumstances.offSession && circumstances.setUp);
  }
  return (
    authentication === 'always' || (authentication === 'on_session' && !circumstances.offSession)
  );
}
