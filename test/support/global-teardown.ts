import { shared } from './global-setup';

/** Stops what the setup started; Jest calls it once for each project that names it. */
export default async function globalTeardown(): Promise<void> {
  const parts = shared.everbillTests?.parts.splice(0) ?? [];
  await Promise.all(parts.map((part) => part.stop()));
}
