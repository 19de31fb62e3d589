import type { IdMint } from './ids';
import type { Knobs } from './knobs';
import type { Store } from './store/store';

/** The request that causes a change, as its events name it. */
export interface Cause {
  requestId: string;
  idempotencyKey: string | null;
}

/** What every resource works with. */
export interface World {
  store: Store;
  ids: IdMint;
  knobs: Knobs;
  /** The sandbox's own time, whole seconds since 1970: what `created` says. */
  seconds(): number;
  /** Where people's browsers reach the sandbox, without a slash at the end. */
  baseUrl(): string;
}

/** The world as one request sees it; `cause` is null for what happens by itself. */
export interface Scope extends World {
  cause: Cause | null;
}
