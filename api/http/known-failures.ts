import {
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcServiceError,
} from '@temporalio/client';
import { BaseError, ConnectionError, DatabaseError } from 'sequelize';
import StripeSdk from 'stripe';
import { sqlState } from '../../db/database';
import { unavailable, type Problem } from './problem';

/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const passingGrpcCodes = new Set([4, 8, 14]);

/** 503 for a part that is down for now; undefined for anything that is not such a failure. */
export function outageOf(error: unknown): Problem | undefined {
  if (isDatabaseOutage(error)) {
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

/** Lost and refused connections, and a server that is starting, stopping or out of connections. */
function isDatabaseOutage(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  if (!(error instanceof DatabaseError || error instanceof BaseError)) return false;
  const state = sqlState(error) ?? '';
  if (/^(08|57P0[1-5]|53300)/.test(state)) return true;
  return (
    /^(E[A-Z]+)$/.test(state) || /Connection terminated|Client has encountered/.test(error.message)
  );
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
