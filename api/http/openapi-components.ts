type Json = Record<string, unknown>;

/**
 * Moves what schemas define for themselves (`$defs`, one for each schema with an id) to one place, and lets them refer
 * to it there: `#/components/schemas/…`.
 * @returns the rest, and what was defined, by its id
 * @throws Error when two schemas that differ have one id
 */
export function shareDefinitions<T>(content: T): { content: T; definitions: Json } {
  const definitions: Json = {};
  const define = (name: string, schema: unknown): void => {
    const known = definitions[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Two schemas that differ are called ${name}.`);
    }
    definitions[name] = schema;
  };
  const text = JSON.stringify(content, (_key, value: unknown) => {
    if (!isObject(value) || !isObject(value['$defs'])) return value;
    const { $defs, ...rest } = value;
    for (const [name, schema] of Object.entries($defs)) define(name, schema);
    return rest;
  });
  return { content: referring(text), definitions: referring(JSON.stringify(definitions)) };
}

const referring = (text: string) =>
  JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
