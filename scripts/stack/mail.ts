import { homeOf, type Home } from './managed-process';
import { launchNodeProgram, readyLine } from './node-program';
import type { Part } from './part';
import { LOOPBACK } from './ports';

const READY_MS = 60_000;
const STOP_GRACE_MS = 5_000;

/** What the mail catcher is started with. */
export interface MailOptions extends Home {
  readonly smtpPort: number;
  readonly uiPort: number;
  /** Another program instead of ours. */
  readonly file?: string | undefined;
}

/** A running mail catcher: `url` is the SMTP one. */
export interface MailPart extends Part {
  /** The inbox, and its JSON API. */
  readonly uiUrl: string;
}

/** Starts the mail catcher as a process of its own. @throws StackError when it can't be started */
export async function startMail(options: MailOptions): Promise<MailPart> {
  const program = await launchNodeProgram({
    name: 'mail',
    file: options.file ?? 'scripts/mail-catcher.ts',
    ...homeOf(options),
    graceMs: STOP_GRACE_MS,
    env: {
      SMTP_PORT: String(options.smtpPort),
      MAIL_UI_PORT: String(options.uiPort),
      DATA_DIR: options.dataDir,
    },
  });
  await program.untilReady(() => program.lineThat(readyLine), READY_MS);
  return {
    name: 'mail',
    url: `smtp://${LOOPBACK}:${options.smtpPort}`,
    uiUrl: `http://localhost:${options.uiPort}`,
    pid: program.pid,
    exited: program.exited,
    tail: () => program.tail(),
    stop: (how) => program.stop(how),
  };
}
