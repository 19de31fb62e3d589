import { Registry } from 'prom-client';
import { z } from 'zod';
import { openApiDocument } from '../../../api/http/openapi';
import { allRoutes } from '../../../api/routes';

const routes = allRoutes(new Registry());
const operation = z.object({
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ example: z.unknown() }) }) })
    .optional(),
});
const { paths } = z
  .object({ paths: z.record(z.string(), z.record(z.string(), operation)) })
  .parse(openApiDocument(routes, '1'));

const withBody = routes.filter(({ request }) => request.shape.body !== undefined);

describe('The example of a request in the OpenAPI document', () => {
  it.each(withBody.map((route) => [`${route.method} ${route.paths[0]}`, route] as const))(
    'is one that %s takes',
    (_name, { method, paths: [path], request }) => {
      const said = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]?.requestBody;
      const example = said?.content['application/json'].example;
      const taken = request.shape.body?.safeParse(example);
      expect({ example, error: taken?.error?.message }).toEqual({ example, error: undefined });
    },
  );
});
