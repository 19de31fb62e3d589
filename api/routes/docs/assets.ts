import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { redocStyle, startSwagger } from './pages';

/** What the pages load, by its name here. */
const assets: Readonly<Record<string, () => Promise<string>>> = {
  'swagger-ui.css': () => fromPackage('swagger-ui-dist', 'swagger-ui.css'),
  'swagger-ui-bundle.js': () => fromPackage('swagger-ui-dist', 'swagger-ui-bundle.js'),
  'start-swagger.js': async () => startSwagger,
  'redoc.standalone.js': async () =>
    withoutForeignLogo(await fromPackage('redoc', 'bundles/redoc.standalone.js')),
  'redoc.css': async () => redocStyle,
};

const read = new Map<string, Promise<string>>();

/** The text of an asset, read once; undefined when there is no such asset. */
export function assetNamed(name: string): Promise<string> | undefined {
  const load = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (load === undefined) return undefined;
  const known = read.get(name);
  if (known !== undefined) return known;
  const text = load();
  read.set(name, text);
  return text;
}

function fromPackage(name: string, file: string): Promise<string> {
  return readFile(join(dirname(require.resolve(`${name}/package.json`)), file), 'utf8');
}

/** ReDoc shows its maker's logo from their server; nothing here is fetched from elsewhere. */
function withoutForeignLogo(script: string): string {
  return script.replaceAll(
    /https:\/\/cdn\.redoc\.ly\/[\w./-]+\.svg/g,
    'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E',
  );
}
