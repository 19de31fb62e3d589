import http from 'node:http';
import type { AddressInfo } from 'node:net';
import StripeClient from 'stripe';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/index';

/** The real Stripe package, pointed at a sandbox. It never retries by itself unless a test says so. */
export function clientOf(
  sandbox: Pick<Sandbox, 'host' | 'port'>,
  maxNetworkRetries = 0,
): StripeClient {
  return new StripeClient('sk_test_fixture', {
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    maxNetworkRetries,
    telemetry: false,
  });
}

/** Runs a test with a sandbox of its own. */
export async function withSandbox(
  options: SandboxOptions,
  test: (stripe: StripeClient, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    await test(clientOf(sandbox), sandbox);
  } finally {
    await sandbox.close();
  }
}

/** The error that a call is expected to end in. */
export async function refusal(call: Promise<unknown>): Promise<StripeClient.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof StripeClient.errors.StripeError) {
      return error;
    }
    throw error;
  }
  throw new Error('the call was expected to be refused, and it was not');
}

export interface Received {
  event: StripeClient.Event;
  payload: string;
  signature: string;
  at: number;
}

/** An endpoint as a product has it: it checks the signature and keeps what it was sent. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses for the next deliveries; 200 when there is none left. */
  readonly answers: number[] = [];
  private readonly server: http.Server;

  private constructor(readonly secret: string) {
    this.server = http.createServer((request, response) => {
      void this.answer(request, response);
    });
  }

  static async start(secret = 'whsec_fixture', port = 0): Promise<Receiver> {
    const receiver = new Receiver(secret);
    await new Promise<void>((resolve) => {
      receiver.server.listen(port, '127.0.0.1', resolve);
    });
    return receiver;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/webhooks`;
  }

  /** Types in the order of their arrival. */
  get types(): string[] {
    return this.received.map(({ event }) => event.type);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse) {
    response.statusCode = await this.take(request);
    response.end();
  }

  private async take(request: http.IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const payload = Buffer.concat(chunks).toString('utf8');
    const signature = String(request.headers['stripe-signature']);
    const event = StripeClient.webhooks.constructEvent(payload, signature, this.secret);
    this.received.push({ event, payload, signature, at: Date.now() });
    return this.answers.shift() ?? 200;
  }
}

/** Waits until something is so, at most five seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error('waited in vain');
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
