/**
 * `npx tsx scripts/generate-postman.ts`: writes the Postman collection and its environment into docs/.
 * With `--check` it writes nothing, and exits with 1 when they are not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { postmanFiles } from './postman/files';

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  for (const { file, text } of await postmanFiles()) {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (check) {
      console.error(`${file} is out of date: run npx tsx scripts/generate-postman.ts`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`${file} is written.`);
    }
  }
}

void main();
