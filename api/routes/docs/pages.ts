/** Swagger UI on the document of this API. Its script stands in a file: inline ones are forbidden. */
export const swaggerPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Everbill API</title>
    <link rel="stylesheet" href="/api/docs/assets/swagger-ui.css" />
    <link rel="icon" href="data:," />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/api/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/api/docs/assets/start-swagger.js"></script>
  </body>
</html>
`;

export const startSwagger = `window.ui = SwaggerUIBundle({
  url: '/api/schema/',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
});
`;

/** ReDoc on the same document. */
export const redocPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Everbill API reference</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/api/docs/assets/redoc.css" />
  </head>
  <body>
    <redoc spec-url="/api/schema/"></redoc>
    <script src="/api/docs/assets/redoc.standalone.js"></script>
  </body>
</html>
`;

export const redocStyle = 'body { margin: 0; padding: 0; }\n';
