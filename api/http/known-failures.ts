import {
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcServiceError,
} from '@temporalio/client';
import StripeSdk from 'stripe';
import { isTransientDatabaseError } from '../../db/database';
import { unavailable, type Problem } from './problem';

/**
 * gRPC: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION (the workflow's
 * last task was cut off and is tried again), ABORTED, INTERNAL (a connection that breaks in the
 * middle of an answer), UNAVAILABLE.
 */
const passingGrpcCodes = new Set([1, 2, 4, 8, 9, 10, 13, 14]);

/** 503 for a part that is down for now; undefined for anything that is not such a failure. */
export function outageOf(error: unknown): Problem | undefined {
  if (isTransientDatabaseError(error)) {
    return unavailable('database_unavailable', 'The database cannot be reached.', 5, error);
  }
  if (isTemporalOutage(error)) {
    return unavailable(
      'billing_unavailable',
      'Billing cannot be reached at the moment. Try again with the same request.',
      5,
      error,
    );
  }
  if (isStripeOutage(error)) {
    return unavailable(
      'payments_unavailable',
      'Payments cannot be reached at the moment.',
      5,
      error,
    );
  }
  return undefined;
}

function isTemporalOutage(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  if (error instanceof ServiceError) return isTemporalOutage(error.cause);
  return isGrpcServiceError(error) && passingGrpcCodes.has(error.code);
}

function isStripeOutage(error: unknown): boolean {
  return (
    error instanceof StripeSdk.errors.StripeConnectionError ||
    error instanceof StripeSdk.errors.StripeRateLimitError ||
    error instanceof StripeSdk.errors.StripeAPIError
  );
}
