/** Stands for the API: GET /readyz is 200, GET /env shows what it was given, GET /die ends it. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/readyz') response.end('ready');
  else if (request.url === '/env') response.end(JSON.stringify(process.env));
  else response.writeHead(404).end();
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
