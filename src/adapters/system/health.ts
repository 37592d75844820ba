import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What a process says of itself in numbers. */
interface Exposition {
  readonly type: string;
  text(): Promise<string>;
}

/** GET /healthz: the process lives. GET /readyz: 200, or 503 with what is missing, one sentence per line. GET /metrics: for Prometheus. */
export const startHealthServer = async (port: number, faults: () => Promise<readonly string[]>, metrics?: Exposition): Promise<HealthServer> => {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string): void => void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    if (request.url === '/healthz') return answer(200, 'ok');
    if (request.url === '/metrics' && metrics !== undefined) {
      metrics.text().then(
        (text) => void response.writeHead(200, { 'content-type': metrics.type }).end(text),
        () => answer(503, 'what is counted cannot be told'),
      );
      return;
    }
    if (request.url !== '/readyz') return answer(404, 'not found');
    faults().then(
      (found) => (found.length === 0 ? answer(200, 'ok') : answer(503, found.join('\n'))),
      () => answer(503, 'Redis does not answer'),
    );
  });
  // Probes are one short request at a time; a body is never read.
  server.maxConnections = 64;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
