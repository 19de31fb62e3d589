/**
 * `npm run client`: writes the types of the typed client, made of the OpenAPI document, into client/. With `--check` it
 * writes nothing, and exits with 1 when they are not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { openApiDocument } from '../api/http/openapi';
import { allRoutes } from '../api/routes';
import { root } from './stack/node-program';

const file = join(root, 'client', 'schema.ts');

const comment =
  '/** Made by `npm run client` of the OpenAPI document: change the routes, not this. */\n\n';

async function main(): Promise<void> {
  const document = JSON.stringify(openApiDocument(allRoutes(new Registry()), '1'));
  const { default: typesOf } = await import('openapi-typescript');
  const types = await typesOf(JSON.parse(document), { commentHeader: comment });
  if (existsSync(file) && readFileSync(file, 'utf8') === types) return;
  if (process.argv.includes('--check')) {
    console.error(`${file} is out of date: run npm run client`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, types);
    console.log(`${file} is written.`);
  }
}

void main();
