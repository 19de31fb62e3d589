/**
 * `npm run build [-- --out folder]`: puts what production runs into dist/: the programs that tsconfig.build.json names as
 * JavaScript, the files that they read from beside their code, and the workflows as one bundle, so that a worker is
 * ready without bundling first.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { root } from './stack/node-program';
import { runTool } from './stack/run-tool';

/** worker/worker.ts looks for it here, in the folder that holds worker/. */
const BUNDLE = 'workflow-bundle.js';

/** What nothing reads at run time: sources and what is written for people. */
const NOT_AN_ASSET = /(\.ts|\.md|\/tsconfig\.json)$/;

async function main(): Promise<void> {
  const out = outFolder(process.argv.slice(2));
  await timed(`Compiling to ${relative(process.cwd(), out) || '.'}`, () => compile(out));
  await timed('Bundling the workflows', () => bundle(join(out, BUNDLE)));
  console.log(`${copyAssets(out)} other files copied.`);
}

/** @throws Error for arguments that are not ours, and for a folder whose contents are not ours to remove */
function outFolder(args: readonly string[]): string {
  if (args.length === 0) return join(root, 'dist');
  const [option, folder] = args;
  if (option !== '--out' || folder === undefined || args.length > 2) {
    throw new Error('Usage: npm run build [-- --out folder]');
  }
  const out = resolve(folder);
  const ours = !existsSync(out) || readdirSync(out).length === 0 || existsSync(join(out, BUNDLE));
  if (!ours) throw new Error(`${out} holds something that no build made: give an empty folder.`);
  return out;
}

/**
 * A build begins from nothing, so that no file outlives its source, and leaves nothing when it fails.
 *
 * @throws Error with the compiler's last lines
 */
async function compile(out: string): Promise<void> {
  const clear = () => rmSync(out, { recursive: true, force: true });
  clear();
  try {
    await runTool({
      command: process.execPath,
      args: [compiler(), '--project', join(root, 'tsconfig.build.json'), '--outDir', out],
      env: process.env,
      cwd: root,
    });
  } catch (error) {
    clear();
    throw error;
  }
}

/** The compiler that package-lock.json names, whatever `tsc` is on PATH. */
function compiler(): string {
  const manifest = createRequire(join(root, 'package.json')).resolve('typescript/package.json');
  const { bin }: { bin: { tsc: string } } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), bin.tsc);
}

/** The bundle is made from the sources, exactly as a worker without one makes it for itself. */
async function bundle(file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(file, code);
}

/**
 * Copies every file that is not TypeScript from the folders that something was compiled from; a page is read from
 * beside the code that shows it. scripts/ brings its own files only to the embedded stack, which is not built.
 */
function copyAssets(out: string): number {
  const folders = readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'scripts')
    .map(({ name }) => name);
  const assets = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !NOT_AN_ASSET.test(file)),
  );
  for (const file of assets) {
    mkdirSync(dirname(join(out, file)), { recursive: true });
    copyFileSync(join(root, file), join(out, file));
  }
  return assets.length;
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
