/** The `code` of a system's error (ENOENT) or a database's (57P03), if it has one. */
export function errorCode(error: unknown): string | undefined {
  // No instanceof: under Jest the system's errors are of another realm.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
