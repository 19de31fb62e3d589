import { docUrl, type ErrorBody } from '../errors';
import type { Decline } from '../outcomes';

/** A decline as the `error` of an answer and as the `last_payment_error` of an intent. */
export function declineError(decline: Decline) {
  return {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.decline_code,
    message: decline.message,
    doc_url: docUrl(decline.code),
    ...(decline.advice_code === null ? {} : { advice_code: decline.advice_code }),
  } satisfies ErrorBody;
}

/** 3D Secure was not passed; no bank was asked. */
export function authenticationFailure(kind: 'payment_intent' | 'setup_intent') {
  const code = `${kind}_authentication_failure` as const;
  return {
    type: 'invalid_request_error',
    code,
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    doc_url: docUrl(code),
  } satisfies ErrorBody;
}
