import { connect, constants } from 'node:http2';

/** Field 1 (service), length-delimited, of grpc.health.v1.HealthCheckRequest. */
const SERVICE_FIELD = 0x0a;
/** Field 1 (status), varint, with the value SERVING, of grpc.health.v1.HealthCheckResponse. */
const SERVING = Buffer.from([0x08, 0x01]);
/** A gRPC message is preceded by a compression flag and its length. */
const FRAME_HEADER_BYTES = 5;

/**
 * Asks a gRPC server by the standard health protocol whether a service is serving. Spoken by hand, for the whole
 * Temporal client would cost the supervisor tens of megabytes for this one question.
 *
 * @param address `host:port`
 * @returns false also when nothing answers within the time-out
 */
export function isGrpcServing(
  address: string,
  service: string,
  timeoutMs = 2000,
): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const settle = (serving: boolean): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(serving);
    };
    const timer = setTimeout(() => settle(false), timeoutMs);
    session.on('error', () => settle(false));
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const received: Buffer[] = [];
    stream.on('error', () => settle(false));
    stream.on('data', (chunk: Buffer) => received.push(chunk));
    stream.on('end', () =>
      settle(Buffer.concat(received).subarray(FRAME_HEADER_BYTES).equals(SERVING)),
    );
    stream.end(frame(Buffer.from(service)));
  });
}

function frame(service: Buffer): Buffer {
  const message = Buffer.concat([Buffer.from([SERVICE_FIELD, service.length]), service]);
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
