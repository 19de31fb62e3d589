import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';

/**
 * The worker's own small HTTP server for probes and Prometheus: /healthz says that the process is
 * alive, /readyz that it polls for work, /metrics what it has done.
 */
export function startHealthServer(options: {
  host: string;
  port: number;
  isReady: () => boolean;
  registry: Registry;
}): Promise<Server> {
  const { registry } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'text/plain') => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    if (request.url === '/healthz') return answer(200, 'ok\n');
    if (request.url === '/readyz') {
      return options.isReady() ? answer(200, 'ok\n') : answer(503, 'not polling yet\n');
    }
    if (request.url !== '/metrics') return answer(404, 'not found\n');
    registry.metrics().then(
      (metrics) => answer(200, metrics, registry.contentType),
      () => answer(500, 'metrics failed\n'),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve(server));
  });
}
