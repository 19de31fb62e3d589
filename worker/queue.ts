import type { Logger } from '../platform/logger';

/** A table's rows that are worked off as they come. */
export interface Queue {
  /** Looks now, because a row arrived. */
  wake(): void;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

/**
 * Works a queue off in batches until it is empty, then sleeps until it is woken or `pollMilliseconds`
 * have passed. `workOff` takes a batch and answers how many rows it held; what it throws is
 * logged, and tried again after the sleep.
 */
export function startQueue(options: {
  name: string;
  pollMilliseconds: number;
  workOff: () => Promise<number>;
  logger: Logger;
}): Queue {
  const { name, pollMilliseconds, workOff, logger } = options;
  let stopped = false;
  let woken = false;
  let alarm: (() => void) | undefined;

  const sleep = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMilliseconds);
      alarm = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (!stopped) {
      woken = false;
      const taken = await workOff().catch((error: unknown) => {
        logger.warn({ err: error, queue: name }, 'queue could not be worked off; trying again');
        return 0;
      });
      if (taken === 0 && !woken && !stopped) await sleep();
    }
  };

  const running = run();
  const wake = () => {
    woken = true;
    alarm?.();
  };
  return {
    wake,
    stop() {
      stopped = true;
      wake();
      return running;
    },
  };
}
