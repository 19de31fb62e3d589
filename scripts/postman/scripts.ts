/** Run before every request: the API's own description, once, to hold the answers against. */
export const learnDocument: readonly string[] = [
  `if (!pm.collectionVariables.get('openapi')) {`,
  `  pm.sendRequest(pm.variables.replaceIn('{{base_url}}/api/schema/'), (error, response) => {`,
  `    if (!error) pm.collectionVariables.set('openapi', response.text());`,
  `  });`,
  `}`,
];

/** Run after every request: the status is a documented one, below 500, and JSON is of its schema. */
export const asDocumented: readonly string[] = [
  `const openapi = JSON.parse(pm.collectionVariables.get('openapi'));`,
  `const method = pm.request.method.toLowerCase();`,
  `const path = pm.request.url.getPath();`,
  `const fits = (template) =>`,
  `  new RegExp('^' + template.replace(/\\{\\w+\\}/g, '[^/]+') + '$').test(path);`,
  `const [operation] = Object.entries(openapi.paths)`,
  `  .filter(([template, methods]) => methods[method] && fits(template))`,
  `  .sort(([a], [b]) => a.split('{').length - b.split('{').length)`,
  `  .map(([, methods]) => methods[method]);`,
  `pm.test('the answer is a documented one', () => {`,
  `  pm.expect(operation, method + ' ' + path).to.be.an('object');`,
  `  pm.expect(pm.response.code).to.be.below(500);`,
  `  const said = operation.responses[pm.response.code];`,
  `  pm.expect(said, 'status ' + pm.response.code).to.be.an('object');`,
  `  const documented = said.$ref ? openapi.components.responses[said.$ref.split('/').pop()] : said;`,
  `  const [type, content] = Object.entries(documented.content || {})[0] || ['', {}];`,
  `  if (type.includes('json')) {`,
  `    const schema = { ...content.schema, components: openapi.components };`,
  `    pm.response.to.have.jsonSchema(schema, { unknownFormats: 'ignore' });`,
  `  }`,
  `});`,
];
