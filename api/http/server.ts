import { STATUS_CODES, createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type Koa from 'koa';

export interface ServerLimits {
  /** In milliseconds: how long a request may take to arrive, with its body and without. */
  requestTimeout?: number;
  headersTimeout?: number;
  /** How often that is looked at. */
  checkEvery?: number;
}

/** An HTTP server for the API. What is not HTTP, or arrives too slowly, gets a problem too. */
export function createApiServer(
  app: Koa,
  { requestTimeout = 30_000, headersTimeout = 10_000, checkEvery = 5_000 }: ServerLimits = {},
): Server {
  const serve = app.callback();
  const server = createServer(
    { requestTimeout, headersTimeout, connectionsCheckingInterval: checkEvery },
    (request, response) => void serve(request, response),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Once anything was answered on this connection, nobody knows where the next answer begins.
    if (socket.writable && socket.bytesWritten === 0) socket.end(refusalOf(error));
    else socket.destroy();
  });
  return server;
}

/** What Node's parser says, as it would be answered, and a sentence of ours. */
const refusals: Readonly<Record<string, [status: number, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The header fields are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_too_slow', 'The request did not arrive in time.'],
};
const notHttp: [number, string, string] = [
  400,
  'bad_request',
  'This is not a request in HTTP/1.1.',
];

function refusalOf({ code = '' }: NodeJS.ErrnoException): string {
  const [status, name, detail] = refusals[code] ?? notHttp;
  const title = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({
    type: `urn:everbill:problem:${name}`,
    title,
    status,
    detail,
    code: name,
    request_id: '',
    errors: [],
  });
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
