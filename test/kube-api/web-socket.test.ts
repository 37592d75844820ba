import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardTo } from '../../src/adapters/kubernetes/forward.ts';
import { connectApiServer, type ApiServer } from '../../src/kube-api/api-server.ts';
import { execIn } from '../../src/kube-api/exec.ts';
import { unpacedIntake } from '../../src/kube-api/intake.ts';
import { serverCertificate } from '../../playground/control/certificate.ts';
import { patienceMs } from '../support/eventually.ts';

const frame = (opcode: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([0x80 | opcode, content.length]), content]);
const message = (channel: number, content: string | Buffer): Buffer => frame(2, Buffer.concat([Buffer.from([channel]), Buffer.from(content)]));
const CLOSE = frame(8, Buffer.from([0x03, 0xe8]));
const PORT = Buffer.from([53, 0]);

let server: Server;
let api: ApiServer;
/** What the server sends in one piece with its word that the connection is open. */
let atOnce: Buffer[] = [];
beforeEach(async () => {
  server = createServer((_request, response) => response.writeHead(400).end());
  server.on('upgrade', ({ headers }, socket) => {
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const [protocol = ''] = String(headers['sec-websocket-protocol']).split(',');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
    socket.write(Buffer.concat([Buffer.from(`${[...head, `Sec-WebSocket-Protocol: ${protocol}`].join('\r\n')}\r\n\r\n`), ...atOnce]));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  api = connectApiServer({
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: '',
    userAgent: 'test',
    connections: 4,
    intake: unpacedIntake(),
    authorization: async () => 'Bearer none',
  });
});
afterEach(async () => {
  await api.close();
  server.closeAllConnections();
  server.close();
});
const signal = new AbortController().signal;

test('a forwarded port loses nothing of what comes together with the upgrade', async () => {
  atOnce = [message(0, PORT), message(1, PORT), message(0, 'first'), message(0, ' second')];
  const stream = await forwardTo(api, { namespace: 'demo', pod: 'one', port: 53, signal, timeoutMs: patienceMs() });
  let received = '';
  for await (const chunk of stream) {
    received += String(chunk);
    if (received.length >= 'first second'.length) break;
  }
  expect(received).toBe('first second');
});

test('a forwarded port that is refused together with the upgrade ends, with the reason', async () => {
  atOnce = [message(0, PORT), message(1, PORT), message(1, 'nothing listens'), CLOSE];
  const stream = await forwardTo(api, { namespace: 'demo', pod: 'one', port: 53, signal, timeoutMs: patienceMs() });
  await expect(stream.toArray()).rejects.toThrow('nothing listens');
});

test('a command that is over together with the upgrade is told with its output and its end', async () => {
  atOnce = [message(1, 'out'), message(2, 'err'), message(3, JSON.stringify({ status: 'Success' })), CLOSE];
  const target = { namespace: 'demo', pod: 'one', container: 'main' };
  expect(await execIn(api, { target, command: ['true'], signal, timeoutMs: patienceMs() })).toMatchObject({
    stdout: 'out',
    stderr: 'err',
    exitCode: 0,
  });
});

test('a server that takes HTTP/2 where it is offered, as real API servers do, is spoken to so that connections can be upgraded', async () => {
  const { certificate, key } = await serverCertificate('api', '127.0.0.1');
  const spoken: (string | false | null)[] = [];
  const real = createSecureServer({ cert: certificate, key, allowHTTP1: true }, (_request, response) => response.writeHead(200).end('{}'));
  real.on('secureConnection', ({ alpnProtocol }) => spoken.push(alpnProtocol));
  real.listen(0, '127.0.0.1');
  await once(real, 'listening');
  const client = connectApiServer({ server: `https://127.0.0.1:${(real.address() as AddressInfo).port}`, ca: certificate, userAgent: 'test' });
  try {
    await client.json('GET', '/version');
    await client.socket('/api/v1/namespaces/n/pods/p/exec', { protocols: ['v5.channel.k8s.io'], query: [], signal }).catch(() => undefined);
    expect(new Set(spoken)).toEqual(new Set(['http/1.1']));
    expect(spoken.length).toBeGreaterThan(1);
  } finally {
    await client.close();
    real.close();
  }
});
