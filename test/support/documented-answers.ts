import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { openApiDocument } from '../../api/http/openapi';
import { allRoutes } from '../../api/routes';

/** An answer as it came over the wire. */
interface Answered {
  status: number;
  /** Without its parameters; empty when there is no body. */
  contentType: string;
  body: unknown;
}

const response = z.union([
  z.object({ $ref: z.string() }),
  z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() }),
]);
const document = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), response) })),
  ),
  components: z.object({ responses: z.record(z.string(), response) }),
});

const openApi: unknown = JSON.parse(
  JSON.stringify(openApiDocument(allRoutes(new Registry()), '1')),
);
const { paths, components } = document.parse(openApi);
const templates = Object.keys(paths)
  .map((template) => ({
    template,
    // As the router has it: with its trailing slash and without.
    fits: new RegExp(`^${template.replace(/\/$/, '').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  }))
  // A word goes before a parameter in the same place.
  .toSorted((a, b) => a.template.split('{').length - b.template.split('{').length);

// Formats are described, and not checked a second time: zod has done it.
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', ...z.record(z.string(), z.unknown()).parse(openApi) });
const validators = new Map<string, ValidateFunction>();

/** Why an answer is not one that the OpenAPI document describes; undefined when it is, or there is no such route. */
export function undocumented(method: string, path: string, answered: Answered): string | undefined {
  const verb = method.toLowerCase();
  const found = templates.find(
    ({ template, fits }) => fits.test(path) && paths[template]?.[verb] !== undefined,
  );
  const said = found && paths[found.template]?.[verb]?.responses[answered.status];
  if (found === undefined) return undefined;
  const where = `${verb} ${found.template} answered ${answered.status}`;
  if (said === undefined) return `${where}, which is not documented`;
  const shared = '$ref' in said ? (said.$ref.split('/').pop() ?? '') : undefined;
  const described = shared === undefined ? said : components.responses[shared];
  const content =
    described !== undefined && 'content' in described ? (described.content ?? {}) : {};
  const type = Object.keys(content).find((each) => covers(each, answered.contentType));
  if (answered.contentType === '' || answered.status === 304) return undefined;
  if (type === undefined) return `${where} as ${answered.contentType}, which is not documented`;
  if (!type.includes('json')) return undefined;
  const at =
    shared === undefined
      ? ['paths', found.template, verb, 'responses', `${answered.status}`]
      : ['components', 'responses', shared];
  const pointer = [...at, 'content', type, 'schema'].map(escape).join('/');
  const validate = validatorOf(`openapi#/${pointer}`);
  if (validate(answered.body)) return undefined;
  return `${where} with what it must not: ${ajv.errorsText(validate.errors)}`;
}

/** Whether a media type or range (`text/*`) holds a type. */
const covers = (range: string, type: string) => {
  const [wanted = ''] = range.split(';');
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type;
};

function validatorOf(reference: string): ValidateFunction {
  const known = validators.get(reference) ?? ajv.compile({ $ref: reference });
  validators.set(reference, known);
  return known;
}

/** A part of a JSON pointer in a URI's fragment. */
const escape = (part: string) =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
