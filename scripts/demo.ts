/**
 * `npm run demo`: one customer's year in seconds, on a test clock of the running stack, by the public
 * API alone. It adds the year up itself at the end and exits with 1 if anything is off.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkYear } from './demo/checks';
import { DemoError, EverbillClient, type Invoice, type Plan } from './demo/everbill-client';
import { mailsTo } from './demo/inbox';
import { money, paper } from './demo/paper';
import { declines, periodStarts, planOfTheStory, playYear, unusedCredit } from './demo/story';
import { root } from './stack/node-program';
import { StackError } from './stack/part';
import { plainTable } from './stack/plain-table';
import { given, readSettings } from './stack/settings';

interface Places {
  api: string;
  /** Undefined where the mail server is not ours and nobody said where its mail is read. */
  inbox: string | undefined;
  temporalUi: string | undefined;
  temporalNamespace: string;
}

/** By the same variables as npm start, so that both find each other. */
function placesOf(env: NodeJS.ProcessEnv): Places {
  const { ports, external } = readSettings(env);
  const ours = (port: number, replaced: string | undefined) =>
    replaced === undefined ? `http://localhost:${port}` : undefined;
  return {
    api: (given(env['PUBLIC_URL']) ?? `http://localhost:${ports.api}`).replace(/\/+$/, ''),
    inbox: given(env['MAIL_UI_URL']) ?? ours(ports.mailUi, external.smtpUrl),
    temporalUi: given(env['TEMPORAL_UI_URL']) ?? ours(ports.temporalUi, external.temporalAddress),
    temporalNamespace: given(env['TEMPORAL_NAMESPACE']) ?? 'default',
  };
}

async function main(): Promise<boolean> {
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const places = placesOf(process.env);
  const client = new EverbillClient(places.api);
  await client.requireReady();
  const began = performance.now();
  const username = `mia-${Date.now()}`;
  const email = `${username}@example.com`;
  await client.register({ email, username, firstName: 'Mia', lastName: 'Winter' });
  const plan = await planOfTheStory(client);
  const id = await playYear({ client, plan, email, inboxUrl: places.inbox });
  const holds = await addUp(client, { plan, id, email, inboxUrl: places.inbox });
  printLinks(places, { id, email });
  paper.line(`The year took ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  return holds;
}

async function addUp(
  client: EverbillClient,
  about: { plan: Plan; id: string; email: string; inboxUrl: string | undefined },
): Promise<boolean> {
  const { plan, id, email, inboxUrl } = about;
  const invoices = await client.invoices(id);
  const found = {
    invoices,
    payments: await client.payments(),
    credit: await client.credit(plan.currency),
    status: (await client.subscription(id)).status,
    mails: inboxUrl === undefined ? undefined : await mailsTo(inboxUrl, email),
  };
  paper.title('The invoices');
  console.log(invoiceTable(plan, invoices));
  paper.title('Added up');
  const checks = checkYear({ plan, periodStarts, declines, credit: unusedCredit(plan) }, found);
  for (const check of checks) paper.checked(check);
  return checks.every((check) => check.holds);
}

function invoiceTable({ currency }: Plan, invoices: Invoice[]): string {
  const total = invoices.reduce((sum, { amount_paid: paid }) => sum + paid, 0);
  const rows = invoices.map(
    ({ number, period_start, period_end, amount_paid, status, attempts }) => [
      number,
      `${period_start.slice(0, 10)} to ${period_end.slice(0, 10)}`,
      money(amount_paid, currency),
      status,
      String(attempts.length),
    ],
  );
  const sum = ['in all', '', money(total, currency), '', ''];
  return plainTable(['invoice', 'period', 'paid', 'status', 'attempts'], [...rows, sum]);
}

function printLinks(places: Places, of: { id: string; email: string }): void {
  const { api, inbox, temporalUi, temporalNamespace } = places;
  paper.title('See for yourself');
  const workflow = encodeURIComponent(`subscription/${of.id}`);
  if (inbox !== undefined) paper.line(`her inbox     ${inbox}/?q=${encodeURIComponent(of.email)}`);
  if (temporalUi !== undefined) {
    paper.line(`the workflow  ${temporalUi}/namespaces/${temporalNamespace}/workflows/${workflow}`);
  }
  paper.line(`the API       ${api}/api/docs/`);
}

async function run(): Promise<number> {
  try {
    return (await main()) ? 0 : 1;
  } catch (error) {
    const told = error instanceof DemoError || error instanceof StackError;
    console.error(told ? error.message : error);
    return 1;
  }
}

void run().then((code) => (process.exitCode = code));
