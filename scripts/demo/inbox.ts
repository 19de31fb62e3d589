import { z } from 'zod';

const mails = z.array(
  z.object({ id: z.string(), subject: z.string(), message_id: z.string().nullable() }),
);

/** A mail as the catcher's JSON API has it. */
export type Mail = z.output<typeof mails>[number];

/** Everything that was sent to an address, in the order of arrival. */
export async function mailsTo(inboxUrl: string, address: string): Promise<Mail[]> {
  const query = new URLSearchParams({ to: address, limit: '1000' });
  const answer = await fetch(`${inboxUrl}/api/messages?${query.toString()}`);
  return mails.parse(await answer.json()).reverse();
}
