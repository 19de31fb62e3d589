import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const HOST = 'temporal.download';

/** A stand-in for the host that the Temporal SDK downloads from. */
export interface DownloadHost {
  /** What makes the SDK, unchanged, come here: a proxy that leads every connection to it, and a certificate to trust. */
  readonly env: NodeJS.ProcessEnv;
  /** Paths asked for, in order. */
  readonly requests: string[];
  close(): void;
}

/**
 * Serves an archive that holds `executable` as the SDK expects it: first a description, then the archive.
 *
 * @param folder scratch space
 */
export async function serveDownload(folder: string, executable: string): Promise<DownloadHost> {
  const { certificate, key } = makeCertificate(folder);
  const archive = makeArchive(folder, executable);
  const requests: string[] = [];
  const host = createHttpsServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (request, response) => {
      requests.push(request.url ?? '');
      if (request.url === '/files/archive.tar.gz') {
        response.end(readFileSync(archive));
        return;
      }
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          archiveUrl: `https://${HOST}/files/archive.tar.gz`,
          fileToExtract: 'executable',
        }),
      );
    },
  );
  const hostPort = await listen(host);
  const sockets = new Set<Socket>();
  const proxy = createHttpServer();
  proxy.on('connect', (_request, client: Socket) => {
    const upstream = connect(hostPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
  });
  const proxyPort = await listen(proxy);
  return {
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      SSL_CERT_FILE: certificate,
      NO_PROXY: '127.0.0.1',
    },
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      host.close();
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

function makeCertificate(folder: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, 'host.pem'), join(folder, 'host.key')];
  const subject = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  // Its own authority would be refused as a server's certificate.
  const notAuthority = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      ...notAuthority,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  return { certificate, key };
}

function makeArchive(folder: string, executable: string): string {
  const content = join(folder, 'content');
  mkdirSync(content, { recursive: true });
  writeFileSync(join(content, 'executable'), executable, { mode: 0o755 });
  const archive = join(folder, 'archive.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', content, 'executable']);
  return archive;
}
