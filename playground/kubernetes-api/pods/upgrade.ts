import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';
import { actingUser } from '../auth/impersonation.ts';
import { attributesOf } from '../auth/request-attributes.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, noSuchResource, unauthorized } from '../errors.ts';
import { errorAnswer, type Answer } from '../http/answer.ts';
import type { ApiRequest } from '../contract.ts';
import type { Befallen } from '../http/request-fault.ts';
import { callOf, cut, toldOf } from '../http/serve.ts';
import { EXEC_PROTOCOLS, runExec } from './exec.ts';
import { FORWARD_PROTOCOLS, runPortForward } from './port-forward.ts';
import { demandCreate } from './demand-create.ts';
import { checkRunning, podTarget } from './target.ts';

/** Requests that become WebSockets: exec and port-forward of pods. A refusal is an ordinary answer, before the upgrade. */
export const createUpgrades = (
  cluster: Cluster,
  faults: { answering(): Promise<void>; befalling(request: ApiRequest): Befallen },
): ((request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>) => {
  const sockets = (protocols: readonly string[]) =>
    new WebSocketServer({ noServer: true, handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false });
  const execSockets = sockets(EXEC_PROTOCOLS);
  const forwardSockets = sockets(FORWARD_PROTOCOLS);

  return async (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      await faults.answering();
      const befallen = faults.befalling(toldOf(request));
      if (!(await befallen.before())) return cut(request);
      const url = new URL(request.url ?? '/', 'https://kubernetes');
      const asking = cluster.authentication.identify(request.headers.authorization, request.socket as TLSSocket);
      if (asking === undefined) throw unauthorized();
      const user = actingUser(cluster.authorization, asking, request);
      cluster.authorization.demand(user, attributesOf(request.method ?? 'GET', url));
      const call = callOf(cluster, request, undefined, { url, body: Buffer.alloc(0), warnings: [], user });
      if (call.type.kind !== 'Pod' || (call.subresource !== 'exec' && call.subresource !== 'portforward')) throw noSuchResource();
      demandCreate(cluster, call);
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
      const isExec = call.subresource === 'exec';
      const target = podTarget(cluster, call);
      if (isExec) checkRunning(target);
      if (isExec && url.searchParams.getAll('command').length === 0) throw badRequest('you must specify at least 1 command for the container');
      if (!offered.some((protocol) => (isExec ? EXEC_PROTOCOLS : FORWARD_PROTOCOLS).includes(protocol)))
        throw badRequest(`unable to upgrade: unsupported protocols: ${offered.join(', ')}`);
      if (isExec) execSockets.handleUpgrade(request, socket, head, (ws) => void runExec(ws, target, call, befallen));
      else forwardSockets.handleUpgrade(request, socket, head, (ws) => void runPortForward(ws, target, call));
    } catch (error) {
      refuse(socket, errorAnswer(error));
    }
  };
};

const refuse = (socket: Duplex, { code, text, contentType = 'application/json' }: Answer): void => {
  socket.end(
    [
      `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}`,
      `Content-Type: ${contentType}`,
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  );
};
