import http from 'node:http';
import https from 'node:https';

/** Longer than this no endpoint may take. */
const TIMEOUT_MS = 20_000;

/** Sends webhooks over connections that are kept open between deliveries. */
export class Poster {
  private readonly plain = new http.Agent({ keepAlive: true });
  private readonly secure = new https.Agent({ keepAlive: true });

  /** @returns the status of the answer, or null when there was none */
  post(url: string, payload: string, headers: Record<string, string>): Promise<number | null> {
    if (!URL.canParse(url)) {
      return Promise.resolve(null);
    }
    const encrypted = url.startsWith('https:');
    const options = {
      method: 'POST',
      agent: encrypted ? this.secure : this.plain,
      headers: { ...headers, 'Content-Length': String(Buffer.byteLength(payload)) },
      timeout: TIMEOUT_MS,
    };
    return new Promise((resolve) => {
      const request = (encrypted ? https : http).request(url, options, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? null));
        answer.on('error', () => resolve(null));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(null));
      request.end(payload);
    });
  }

  /** Cuts deliveries short that are under way. */
  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }
}
