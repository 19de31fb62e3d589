/** A stack of stand-ins in a process of its own, to be killed. Argument: the data folder. Prints its pids. */
import { partTitles, type PartName } from '../../../scripts/stack/part';
import { startStack } from '../../../scripts/stack/stack';
import { standIns } from './programs';

const names = Object.keys(partTitles).filter((name): name is PartName => name in partTitles);

async function main(): Promise<void> {
  const [dataDir = ''] = process.argv.slice(2);
  const stack = await startStack({ dataDir, ports: 'free', programs: standIns });
  process.stdout.write(`${names.map((name) => stack.pid(name)).join(' ')}\n`);
}

void main();
