import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type Fault = 'reset' | { readonly status: number; readonly reason: string; readonly message?: string; readonly retryAfter?: string };

export interface FaultyApi {
  /** Kubeconfig of one context. */
  readonly kubeconfig: string;
  /** Every request for ConfigMaps that arrived: 'GET a', 'LIST a' for a list of this one, 'PATCH a', 'POST'. */
  readonly arrived: string[];
  /** Requests that were under way at the same time, at most. */
  mostAtOnce(): number;
  /** How the requests are answered of which this is true; the others as an API server does that holds ConfigMaps alone. */
  readonly faults: { when: (request: string) => boolean; fault: Fault };
}

/** An API server that writes down what arrives and answers some of it with a fault, for as long as it is told. */
export const faultyApi = async (): Promise<FaultyApi> => {
  const arrived: string[] = [];
  const faults: FaultyApi['faults'] = { when: () => false, fault: 'reset' };
  const stored = new Map<string, object>();
  const json = (response: ServerResponse, code: number, body: object, headers: Record<string, string> = {}): void => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    if (pathname === '/api/v1') return json(response, 200, { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] });
    const selected = searchParams.get('fieldSelector')?.replace('metadata.name=', '');
    const name = /\/configmaps\/([^/]+)$/.exec(pathname)?.[1];
    const told = selected === undefined ? [request.method, name].join(' ').trim() : `LIST ${selected}`;
    arrived.push(told);
    const sent = await text(request);
    if (faults.when(told)) return fail(request, response);
    if (request.method === 'PATCH' || request.method === 'POST') {
      const object = JSON.parse(sent) as { metadata: { name: string } };
      stored.set(object.metadata.name, object);
      return json(response, 200, object);
    }
    if (name === undefined) return json(response, 200, { metadata: { resourceVersion: '7' }, items: [...stored.values()] });
    const found = stored.get(name);
    return found === undefined
      ? json(response, 404, { kind: 'Status', message: `${name} is not found`, reason: 'NotFound', code: 404 })
      : json(response, 200, found);
  };
  const fail = (request: IncomingMessage, response: ServerResponse): void => {
    const { fault } = faults;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    const { status, reason, message = `${reason} it is`, retryAfter } = fault;
    json(response, status, { kind: 'Status', message, reason, code: status }, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
  };

  let atOnce = 0;
  let most = 0;
  const server = createServer((request, response) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    response.once('close', () => (atOnce -= 1));
    void answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const kubeconfig = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'tokyo',
    clusters: [{ name: 'tokyo', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
    contexts: [{ name: 'tokyo', context: { cluster: 'tokyo', user: 'pgdist' } }],
    users: [{ name: 'pgdist', user: {} }],
  });
  return { kubeconfig, arrived, mostAtOnce: () => most, faults };
};
