import type Stripe from 'stripe';

/** The `error` member of every answer that is not a success. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  advice_code?: string;
  doc_url?: string;
  param?: string;
  charge?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
  setup_intent?: Stripe.SetupIntent;
}

/** A refusal: nothing of the request is kept, neither its effects nor, for an idempotency key, its answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
    this.name = 'ApiError';
  }
}

/** Where Stripe documents an error code. */
export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

/** 400 invalid_request_error, the answer to a request that can never succeed as it is. */
export function invalidRequest(
  message: string,
  details: { code?: string; param?: string; payment_intent?: Stripe.PaymentIntent } = {},
): ApiError {
  const docs = details.code === undefined ? {} : { doc_url: docUrl(details.code) };
  return new ApiError(400, { type: 'invalid_request_error', message, ...details, ...docs });
}

/** An id that names nothing: 404 when it is part of the path, 400 when it is a parameter. */
export function resourceMissing(
  what: string,
  id: string,
  param: string,
  inPath: boolean,
): ApiError {
  return new ApiError(inPath ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    doc_url: docUrl('resource_missing'),
    message: `No such ${what}: '${id}'`,
    param,
  });
}

/** 400 for a payment intent or setup intent whose status does not allow what was asked. */
export function unexpectedState(
  message: string,
  intent: { payment_intent?: Stripe.PaymentIntent; setup_intent?: Stripe.SetupIntent },
): ApiError {
  const code =
    intent.setup_intent === undefined
      ? 'payment_intent_unexpected_state'
      : 'setup_intent_unexpected_state';
  return new ApiError(400, {
    type: 'invalid_request_error',
    code,
    doc_url: docUrl(code),
    message,
    ...intent,
  });
}
