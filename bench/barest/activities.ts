import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Activities that do nothing.
 *
 * @param latency how long `wait` waits, in milliseconds
 * @param onWaited called after each wait
 */
export const createBarestActivities = (latency: number, onWaited: () => void) => ({
  nothing: async (): Promise<void> => undefined,
  wait: async (): Promise<void> => {
    await sleep(latency);
    onWaited();
  },
});

export type BarestActivities = ReturnType<typeof createBarestActivities>;
