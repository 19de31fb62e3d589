/** `npm run bench -- <name>`: measures on a system of its own in a temporary folder. See bench/command-line.ts. */
import { readCommandLine } from '../bench/command-line';
import { benchIdle } from '../bench/idle';
import { benchRecovery } from '../bench/recovery';
import { benchRenewal } from '../bench/renewal';
import { benchSandbox } from '../bench/sandbox';
import { StackError } from './stack/part';

const log = (line: string) => console.log(line);

async function main(): Promise<void> {
  const order = readCommandLine(process.argv.slice(2));
  if (order.bench === 'idle') return benchIdle(log);
  if (order.bench === 'recovery') return benchRecovery(order.options, log);
  if (order.bench === 'sandbox') return benchSandbox(order.options, log);
  return benchRenewal(order.options, log);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof StackError ? error.message : error);
    process.exit(1);
  },
);
