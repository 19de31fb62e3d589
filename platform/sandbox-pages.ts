import { z } from 'zod';
import type { Config } from './config';

const patienceMilliseconds = 2_000;

const pages = z.object({ url: z.url() });

/**
 * Where a browser finds the sandbox's pages. In containers that is another address than the one at
 * which the sandbox is called; it knows its own. Undefined with Stripe itself.
 */
export async function sandboxPagesUrl({
  STRIPE_API_URL,
}: Pick<Config, 'STRIPE_API_URL'>): Promise<string | undefined> {
  if (STRIPE_API_URL === undefined) return undefined;
  try {
    const response = await fetch(new URL('/_pages', STRIPE_API_URL), {
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
    return pages.parse(await response.json()).url;
  } catch {
    // What stands there for Stripe may be something else than the sandbox, or be away.
    return STRIPE_API_URL;
  }
}
