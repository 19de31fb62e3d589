import { SMTPServer, type SMTPServerDataStream, type SMTPServerEnvelope } from 'smtp-server';
import type { Faults } from './faults';
import type { Mailbox } from './mailbox';

const largestMessage = 25 * 1024 * 1024;
/** On stopping, how long a client may take to finish, in milliseconds. */
const closeTimeout = 500;

/** An SMTP server that takes every login and every recipient and puts all mail into one mailbox. */
export function createSmtpServer(mailbox: Mailbox, faults: Faults): SMTPServer {
  const server = new SMTPServer({
    name: 'localhost',
    banner: 'Everbill mail catcher',
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: largestMessage,
    closeTimeout,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    onData: (stream, session, done) => {
      void answer(takeMessage(stream, session.envelope, { mailbox, faults }), done);
    },
  });
  // A client that hangs up is its own affair; without a listener it would end this process.
  server.on('error', () => undefined);
  return server;
}

/** Tells the client how it went. */
async function answer(
  taken: Promise<string>,
  done: (error?: Error | null, message?: string) => void,
): Promise<void> {
  try {
    done(null, `Stored as ${await taken}`);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The answer "stored" is only given once the mailbox has the file. */
async function takeMessage(
  stream: SMTPServerDataStream,
  envelope: SMTPServerEnvelope,
  { mailbox, faults }: { mailbox: Mailbox; faults: Faults },
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (!stream.sizeExceeded) chunks.push(Buffer.from(chunk));
  }
  if (stream.sizeExceeded) throw refusal(552, 'The message is larger than 25 MB');
  const code = faults.take();
  if (code !== undefined) throw refusal(code, 'Refused on request of a test');
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const to = envelope.rcptTo.map(({ address }) => address);
  const { id } = await mailbox.store(Buffer.concat(chunks), { from, to });
  return id;
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
