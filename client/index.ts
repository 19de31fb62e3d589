import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema';

/** A call of every route by its path, with the types of what it takes and answers. */
export type EverbillClient = Client<paths>;

/** What the API's objects are called: `ApiObject<'Subscription'>`. */
export type ApiObject<Name extends keyof components['schemas']> = components['schemas'][Name];

export interface EverbillClientOptions {
  /** Where the API is: `http://localhost:3000`. */
  url: string;
  /** An access token or an API key; asked for before each call, so that it may change. */
  token?: () => string | undefined;
}

/**
 * A client of the whole API. A call resolves to `data`, or to `error`, the problem that was answered; it rejects only
 * when nothing answers. Amounts are counts of minor units, instants ISO-8601 in UTC.
 */
export function createEverbillClient({ url, token }: EverbillClientOptions): EverbillClient {
  const client = createFetchClient<paths>({ baseUrl: url });
  client.use({
    onRequest({ request }) {
      const bearer = token?.();
      if (bearer !== undefined) request.headers.set('Authorization', `Bearer ${bearer}`);
      return request;
    },
  });
  return client;
}
