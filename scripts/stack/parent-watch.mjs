import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before each Node part of the stack. Its standard input is a pipe that the supervisor holds: when the
 * supervisor is killed, the system closes the pipe, and the part ends as if it had been asked to.
 */
const GRACE_MS = 10_000;

function endWithParent() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
}

// Threads load this too, and theirs is no pipe to anybody.
if (isMainThread) {
  process.stdin.once('end', endWithParent);
  process.stdin.once('error', endWithParent);
  process.stdin.resume();
  process.stdin.unref?.();
}
