import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import type { Config } from './config';

/** Temporal as the API and the worker's queues use it. */
export interface TemporalClient {
  client: Client;
  /**
   * Runs `call` with a time limit on each of its requests. Without one an update waits for ever when
   * no worker runs.
   */
  within<T>(milliseconds: number, call: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Connects lazily, so that a process starts and does the rest of its work while Temporal is down, and
 * connects again within a second once it is back (gRPC's own back-off grows to two minutes).
 */
export function createTemporalClient(
  config: Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE'>,
): TemporalClient {
  const connection = Connection.lazy({
    address: config.TEMPORAL_ADDRESS,
    connectTimeout: 3_000,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4 }))],
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
    },
  });
  const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  return {
    client,
    within: (milliseconds, call) =>
      connection.withDeadline(Date.now() + milliseconds, () => call(client)),
    close: () => connection.close(),
  };
}
