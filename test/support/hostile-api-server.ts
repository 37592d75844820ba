import { createHash, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BasicConstraintsExtension, PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '../../playground/control/x509.ts';

/** Answers one request as it likes; resolves when it has nothing more to send. */
export type Behaviour = (answer: ServerResponse, request: IncomingMessage) => Promise<void> | void;
/** What comes after the upgrade of a connection. */
export type SocketBehaviour = (connection: Duplex) => Promise<void> | void;

export interface HostileApiServer {
  readonly url: string;
  /** YAML of a kubeconfig that leads here. */
  readonly kubeconfig: string;
  /** 'GET /api/v1/pods?limit=500', in the order in which they came. */
  readonly requests: readonly string[];
  /** Bytes handed to the kernel, over all connections. */
  sentBytes(): number;
  /** Connections that are open now. */
  connections(): number;
  /** From now on requests whose 'GET /path?query' matches are answered so; the newest rule that matches counts. */
  answers(pattern: RegExp, behaviour: Behaviour): void;
  /** The same for upgrades, which come as 'GET /path?query' too; `headers` go into the 101. */
  upgrades(pattern: RegExp, behaviour: SocketBehaviour, headers?: Readonly<Record<string, string>>): void;
  /** Answers an upgrade with bytes of its own instead of a 101. */
  refusesUpgrades(pattern: RegExp, behaviour: SocketBehaviour): void;
  close(): Promise<void>;
}

/** Kinds that discovery tells of: enough for every method of a client. */
const GROUPS: Readonly<Record<string, readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]>> = {
  '/api/v1': [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'pods', kind: 'Pod', namespaced: true },
    { name: 'nodes', kind: 'Node', namespaced: false },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
    { name: 'secrets', kind: 'Secret', namespaced: true },
  ],
  '/apis/apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
};

/** HTTPS and WebSocket on a free port of this machine; everything that no rule matches is answered as a healthy, empty API server would. */
export const startHostileApiServer = async (): Promise<HostileApiServer> => {
  const { certificate, key } = await selfSigned();
  const requests: string[] = [];
  const rules: { readonly pattern: RegExp; readonly behaviour: Behaviour }[] = [];
  const upgrades: { readonly pattern: RegExp; readonly behaviour: SocketBehaviour; readonly headers: Readonly<Record<string, string>> }[] = [];
  const refusals: { readonly pattern: RegExp; readonly behaviour: SocketBehaviour }[] = [];
  const open = new Set<Socket>();
  let endedBytes = 0;
  const told = ({ method = '', url = '' }: IncomingMessage): string => `${method} ${decodeURIComponent(url)}`;

  const server: Server = createServer({ cert: certificate, key }, (request, answer) => {
    const line = told(request);
    requests.push(line);
    request.resume();
    answer.on('error', () => undefined);
    const { behaviour = healthy } = rules.findLast(({ pattern }) => pattern.test(line)) ?? {};
    void Promise.resolve(behaviour(answer, request)).catch(() => answer.destroy());
  });
  server.on('secureConnection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      endedBytes += socket.bytesWritten;
      open.delete(socket);
    });
  });
  server.on('tlsClientError', () => undefined);
  server.on('upgrade', (request: IncomingMessage, connection: Duplex) => {
    const line = told(request);
    requests.push(line);
    connection.on('error', () => undefined);
    const refusal = refusals.findLast(({ pattern }) => pattern.test(line));
    if (refusal !== undefined) {
      connection.resume();
      void Promise.resolve(refusal.behaviour(connection)).catch(() => connection.destroy());
      return;
    }
    const rule = upgrades.findLast(({ pattern }) => pattern.test(line));
    if (rule === undefined) {
      connection.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    connection.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'upgrade: websocket',
        'connection: Upgrade',
        `sec-websocket-accept: ${acceptOf(request)}`,
        `sec-websocket-protocol: ${String(request.headers['sec-websocket-protocol']).split(',')[0]}`,
        ...Object.entries(rule.headers).map(([name, value]) => `${name}: ${value}`),
        '\r\n',
      ].join('\r\n'),
    );
    connection.resume();
    void Promise.resolve(rule.behaviour(connection)).catch(() => connection.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    kubeconfig: kubeconfigOf(url, certificate),
    requests,
    sentBytes: () => endedBytes + [...open].reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0),
    connections: () => open.size,
    answers: (pattern, behaviour) => void rules.push({ pattern, behaviour }),
    refusesUpgrades: (pattern, behaviour) => void refusals.push({ pattern, behaviour }),
    upgrades: (pattern, behaviour, headers = {}) => void upgrades.push({ pattern, behaviour, headers }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};

const healthy: Behaviour = (answer, { url = '', method = 'GET' }) => {
  const [path = ''] = url.split('?');
  const group = GROUPS[path];
  answer.setHeader('content-type', 'application/json');
  if (path === '/version') return void answer.end('{"gitVersion":"v1.35.0"}');
  if (group !== undefined) return void answer.end(JSON.stringify({ kind: 'APIResourceList', resources: group }));
  if (method === 'GET' && /\/(configmaps|pods|nodes|namespaces|secrets|deployments)$/.test(path))
    return void answer.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
  answer.writeHead(404).end('{"kind":"Status","code":404,"reason":"NotFound","message":"not found"}');
};

const acceptOf = ({ headers }: IncomingMessage): string =>
  createHash('sha1')
    .update(`${headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

const selfSigned = async (): Promise<{ readonly certificate: string; readonly key: string }> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=hostile',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [new BasicConstraintsExtension(true), new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { certificate: certificate.toString('pem'), key };
};

const kubeconfigOf = (server: string, certificate: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'hostile',
    contexts: [{ name: 'hostile', context: { cluster: 'hostile', user: 'hostile' } }],
    clusters: [{ name: 'hostile', cluster: { server, 'certificate-authority-data': Buffer.from(certificate).toString('base64') } }],
    users: [{ name: 'hostile', user: { token: 'none' } }],
  });
