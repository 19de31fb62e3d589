import { z } from 'zod';
import { StackError } from '../scripts/stack/part';

const booksAnswer = z.record(z.string(), z.object({ payments: z.number() }));

/** Tells the sandbox at `url` how to behave: the milliseconds that a call takes, and whether webhooks are sent. */
export async function tellSandbox(
  url: string,
  { latency, webhooks }: { latency: number; webhooks: boolean },
): Promise<void> {
  await post(`${url}/_control/faults`, { latencyMs: latency });
  await post(`${url}/_control/webhooks`, { paused: !webhooks });
}

/** How many charges succeeded at the sandbox since it was started. */
export async function chargesAt(url: string): Promise<number> {
  const answer = await fetch(`${url}/_control/books`);
  const books = booksAnswer.parse(await answer.json());
  return Object.values(books).reduce((sum, { payments }) => sum + payments, 0);
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new StackError(`The sandbox refused ${url}: ${await answer.text()}`);
}
