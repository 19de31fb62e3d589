import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { z } from 'zod';

/** A request that this process sends, whoever made it. */
export interface Outgoing {
  /** With the port, where it is not the protocol's own. */
  origin: string;
  path: string;
  authorization: string;
}

const request = z.custom<ClientRequest>(
  (value) => typeof value === 'object' && value !== null && 'getHeader' in value,
);

/**
 * Listens to Node itself, so that nothing gets past it, until the function that it answers is called.
 *
 * @param heard may return false to stop the request before it leaves
 */
export function listenToRequests(heard: (outgoing: Outgoing) => boolean): () => void {
  const listener = (message: unknown): void => {
    const { request: sent } = z.object({ request }).parse(message);
    const host = sent.getHeader('host');
    const outgoing = {
      origin: `${sent.protocol}//${typeof host === 'string' ? host : sent.host}`,
      path: sent.path,
      authorization: String(sent.getHeader('authorization') ?? ''),
    };
    if (!heard(outgoing)) sent.destroy(new Error('stopped by the test'));
  };
  subscribe('http.client.request.start', listener);
  return () => void unsubscribe('http.client.request.start', listener);
}
