import type { Chance } from '../chance';
import type { DeliveryRow } from '../store/rows';
import type { Store } from '../store/store';
import { Poster } from './post';
import { signatureHeader } from './signature';

/** How webhooks go wrong; nothing does at first. */
export interface WebhookWeather {
  paused: boolean;
  /** Share of deliveries that are made twice, 0 to 1. */
  duplicateRate: number;
  /** Deliveries wait up to this many real milliseconds, each its own while, so that they overtake one another. */
  shuffleMs: number;
  /** Share of deliveries that never arrive though they count as delivered, 0 to 1. */
  lossRate: number;
}

export const FAIR_WEATHER: WebhookWeather = {
  paused: false,
  duplicateRate: 0,
  shuffleMs: 0,
  lossRate: 0,
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What passes after each failed attempt: three days in all. */
const RETRY_DELAYS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  24 * HOUR,
];

/** How many deliveries are under way at a time. */
const CONCURRENCY = 32;

export interface DispatcherOptions {
  /** Factor on the retry delays, so that a test need not wait; 1 is real life. */
  retryScale: number;
  chance: Chance;
  log: (message: string, facts: Record<string, unknown>) => void;
}

/**
 * Sends recorded events to their endpoints, at least once each, until they are taken. It works on the
 * stored deliveries, so that a crash loses none.
 */
export class Dispatcher {
  weather: WebhookWeather = { ...FAIR_WEATHER };
  private readonly poster = new Poster();
  private readonly underWay = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private quiet: (() => void)[] = [];

  constructor(
    private readonly store: Store,
    private readonly options: DispatcherOptions,
  ) {}

  /** Starts what is due. To be called after every change that is safely stored. */
  kick(): void {
    if (this.closed || this.weather.paused) {
      return;
    }
    const now = Date.now();
    let next = Infinity;
    for (const [key, delivery] of this.store.tables.deliveries.oldestFirst()) {
      if (this.underWay.size >= CONCURRENCY) {
        return;
      }
      if (delivery.givenUp || this.underWay.has(key)) {
        continue;
      }
      if (delivery.nextAttemptAt <= now) {
        this.start(key, delivery);
      } else {
        next = Math.min(next, delivery.nextAttemptAt);
      }
    }
    this.wakeAt(next);
    this.announceQuiet();
  }

  /** Resolves when nothing is under way and nothing is due; later retries are not waited for. */
  async settled(): Promise<void> {
    this.kick();
    if (this.underWay.size > 0) {
      await new Promise<void>((resolve) => {
        this.quiet.push(resolve);
      });
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.poster.close();
  }

  private wakeAt(instant: number): void {
    clearTimeout(this.timer);
    if (instant !== Infinity) {
      this.timer = setTimeout(() => this.kick(), Math.max(1, instant - Date.now()));
    }
  }

  private announceQuiet(): void {
    if (this.underWay.size === 0) {
      for (const resolve of this.quiet.splice(0)) {
        resolve();
      }
    }
  }

  private start(key: string, delivery: DeliveryRow): void {
    this.underWay.add(key);
    this.deliver(key, delivery)
      .catch((error: unknown) => {
        this.options.log('a webhook could not be sent', { error: String(error) });
        this.record(key, delivery, false);
      })
      .finally(() => {
        this.underWay.delete(key);
        this.kick();
      });
  }

  private async deliver(key: string, delivery: DeliveryRow): Promise<void> {
    const { chance } = this.options;
    const endpoint = this.store.tables.webhook_endpoints.get(delivery.endpoint);
    const event = this.store.tables.events.get(delivery.event);
    if (endpoint === undefined || event === undefined) {
      this.store.transact(() => this.store.tables.deliveries.delete(key));
      return;
    }
    await this.dawdle();
    const lost = chance() < this.weather.lossRate;
    const copies = chance() < this.weather.duplicateRate ? 2 : 1;
    const payload = JSON.stringify(event.object, null, 2);
    const sent = Array.from({ length: lost ? 0 : copies }, () =>
      this.send(endpoint.object.url, payload, endpoint.secret),
    );
    const statuses = await Promise.all(sent);
    if (!this.closed) {
      this.record(key, delivery, lost || statuses.some((status) => taken(status)));
    }
  }

  private async dawdle(): Promise<void> {
    if (this.weather.shuffleMs > 0) {
      const wait = this.options.chance() * this.weather.shuffleMs;
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
  }

  private send(url: string, payload: string, secret: string): Promise<number | null> {
    return this.poster.post(url, payload, {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'Stripe-Signature': signatureHeader(payload, secret, Math.floor(Date.now() / 1000)),
    });
  }

  private record(key: string, delivery: DeliveryRow, delivered: boolean): void {
    const { deliveries } = this.store.tables;
    const delay = RETRY_DELAYS[delivery.attempts];
    this.store.transact(() => {
      // A resend or a deletion of the endpoint may have come in between.
      if (deliveries.get(key) !== delivery) {
        return;
      }
      if (delivered) {
        deliveries.delete(key);
      } else {
        deliveries.put(key, {
          ...delivery,
          attempts: delivery.attempts + 1,
          nextAttemptAt: Date.now() + (delay ?? 0) * this.options.retryScale,
          givenUp: delay === undefined,
        });
      }
    });
  }
}

function taken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
