import { Client } from 'pg';
import type { Logger } from '../platform/logger';

/** How long to wait before listening again after the connection was lost. */
const reconnectMilliseconds = 1_000;

/**
 * Calls each channel's function when PostgreSQL notifies it, and once after every (re)connection, for
 * what came while nobody listened. A lost connection only makes the queues slower: they poll too.
 */
export function listen(
  databaseUrl: string,
  channels: Record<string, () => void>,
  logger: Logger,
): { stop(): Promise<void> } {
  let stopped = false;
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const again = () => {
    if (!stopped) timer = setTimeout(() => void connect(), reconnectMilliseconds);
  };

  const connect = async () => {
    const connecting = new Client({ connectionString: databaseUrl, keepAlive: true });
    client = connecting;
    connecting.on('notification', ({ channel }) => channels[channel]?.());
    connecting.on('error', (error) => logger.warn({ err: error }, 'listening was interrupted'));
    connecting.on('end', again);
    try {
      await connecting.connect();
      for (const channel of Object.keys(channels)) await connecting.query(`listen ${channel}`);
      for (const wake of Object.values(channels)) wake();
    } catch (error) {
      logger.warn({ err: error }, 'could not listen; the queues are polled');
      await connecting.end().catch(() => undefined);
    }
  };

  void connect();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
