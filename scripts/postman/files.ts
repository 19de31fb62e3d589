import { join } from 'node:path';
import { format } from 'prettier';
import { Registry } from 'prom-client';
import { openApiDocument } from '../../api/http/openapi';
import { allRoutes } from '../../api/routes';
import { root } from '../stack/node-program';
import { postmanCollection, postmanEnvironment } from './collection';

/** The committed files and what must stand in them, by the routes as they are now. */
export async function postmanFiles(): Promise<{ file: string; text: string }[]> {
  const openApi = openApiDocument(allRoutes(new Registry()), '1');
  const contents = {
    'everbill.postman_collection.json': postmanCollection(openApi),
    'everbill.postman_environment.json': postmanEnvironment(),
  };
  return Promise.all(
    Object.entries(contents).map(async ([name, content]) => ({
      file: join(root, 'docs', name),
      text: await format(JSON.stringify(content), { parser: 'json', printWidth: 100 }),
    })),
  );
}
