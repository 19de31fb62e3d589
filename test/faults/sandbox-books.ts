import Stripe from 'stripe';
import { z } from 'zod';
import { controlSandbox } from './customers';

const overviewBody = z.object({
  counts: z.object({ events: z.number(), deliveries: z.number() }),
  met: z.record(z.string(), z.number()),
});

const booksBody = z.record(z.string(), z.object({ refunded: z.number(), net: z.number() }));

/** A charge that succeeded. */
export interface Charge {
  readonly invoiceId: string;
  /** As Stripe counts it. */
  readonly amount: number;
  readonly currency: string;
}

/** What the sandbox itself knows of the money and of its own misbehaviour. */
export class SandboxBooks {
  readonly #stripe: Stripe;

  /** @param url the sandbox's address */
  constructor(readonly url: string) {
    const { hostname: host, port } = new URL(url);
    const options = { host, port, protocol: 'http', telemetry: false } as const;
    this.#stripe = new Stripe('sk_test_everbill', options);
  }

  /** Every charge that succeeded, with the invoice that we wrote on it. */
  async charges(): Promise<Charge[]> {
    const charges: Charge[] = [];
    for await (const charge of this.#stripe.charges.list({ limit: 100 })) {
      if (charge.status !== 'succeeded') continue;
      const { metadata, amount_captured: amount, currency } = charge;
      charges.push({ invoiceId: metadata['invoice_id'] ?? 'none', amount, currency });
    }
    return charges;
  }

  /** Per currency, as Stripe counts it. */
  async totals(): Promise<z.output<typeof booksBody>> {
    return booksBody.parse(await this.#get('/_control/books'));
  }

  /** How many requests met each fault, how many events there are, and how many deliveries are still to be made. */
  async overview(): Promise<z.output<typeof overviewBody>> {
    return overviewBody.parse(await this.#get('/_control'));
  }

  tell(command: string, body: Record<string, unknown>): Promise<void> {
    return controlSandbox({ sandbox: this.url }, command, body);
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response.json();
  }
}
