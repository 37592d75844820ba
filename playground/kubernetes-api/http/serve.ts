import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { actingUser } from '../auth/impersonation.ts';
import { attributesOf } from '../auth/request-attributes.ts';
import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import type { ApiRequest } from '../contract.ts';
import { noSuchResource, throttled, unauthorized } from '../errors.ts';
import { apiVersionOf } from '../object.ts';
import { serveResource } from '../requests/route.ts';
import type { WatchFaults } from '../requests/watch.ts';
import { errorAnswer, json, sendAnswer, type Answer } from './answer.ts';
import { readBody } from './body.ts';
import type { Befallen } from './request-fault.ts';
import { parseResourcePath } from './request-info.ts';

interface ServeOptions {
  readonly cluster: Cluster;
  readonly discovery: (path: string, accept: string) => Answer | undefined;
  readonly faults: WatchFaults & { answering(): Promise<void>; takeThrottle(): boolean; befalling(request: ApiRequest): Befallen };
}

/** Answers one HTTP request, whatever happens. */
export const serve = async ({ cluster, discovery, faults }: ServeOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const warnings: string[] = [];
  let answer: Answer | undefined;
  try {
    const body = await readBody(request);
    await faults.answering();
    if (response.destroyed) return;
    if (faults.takeThrottle()) throw throttled();
    const befallen = faults.befalling(toldOf(request));
    if (!(await befallen.before())) return cut(request);
    if (response.destroyed) return;
    const url = new URL(request.url ?? '/', 'https://kubernetes');
    const asking = cluster.authentication.identify(request.headers.authorization, request.socket as TLSSocket);
    const user = asking && actingUser(cluster.authorization, asking, request);
    answer = publicAnswer(url.pathname, cluster);
    if (answer === undefined) {
      if (user === undefined) throw unauthorized();
      cluster.authorization.demand(user, attributesOf(request.method ?? 'GET', url));
    }
    answer ??= discovery(url.pathname.replace(/(.)\/$/, '$1'), request.headers.accept ?? '');
    if (answer === undefined && user !== undefined) {
      const call = callOf(cluster, request, response, { url, body, warnings, user });
      answer = await serveResource(cluster, call, response, faults);
      if (answer === undefined) return;
    }
    if (!(await befallen.after())) return cut(request);
    await faults.answering();
  } catch (error) {
    answer = errorAnswer(error);
  }
  if (answer !== undefined) sendAnswer(response, answer, warnings);
};

/** A request as observers and faults see it. */
export const toldOf = ({ method = 'GET', url = '/', headers }: IncomingMessage): ApiRequest => ({
  method,
  url,
  userAgent: headers['user-agent'] ?? '',
  authorization: headers.authorization ?? '',
});

/** Ends the connection of a request, with all that is under way on it. */
export const cut = ({ socket }: IncomingMessage): void => void socket.destroy();

/** Paths that anonymous callers may read. */
const publicAnswer = (path: string, { version }: Cluster): Answer | undefined => {
  if (['/healthz', '/livez', '/readyz'].includes(path)) return { code: 200, text: 'ok', contentType: 'text/plain; charset=utf-8' };
  if (path !== '/version' && path !== '/version/') return undefined;
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  return json(200, {
    major,
    minor,
    gitVersion: version,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'gc',
    platform: 'linux/amd64',
  });
};

type Received = Pick<Call, 'body' | 'warnings' | 'user'> & { readonly url: URL };

/** Made once: an abort without a reason makes an exception with a stack for each request. */
const OVER = new Error('the request is over');

/** The request in terms of resources. Throws 404 when nothing of the kind is served. */
export const callOf = (
  cluster: Cluster,
  request: IncomingMessage,
  response: ServerResponse | undefined,
  { url, body, warnings, user }: Received,
): Call => {
  const info = parseResourcePath(url.pathname);
  const found = info === undefined ? undefined : cluster.registry.find(info.group, info.version, info.plural);
  if (info === undefined || found === undefined) throw noSuchResource();
  const ended = new AbortController();
  response?.on('close', () => ended.abort(OVER));
  return {
    ...found,
    apiVersion: apiVersionOf(info.group, info.version),
    method: request.method ?? 'GET',
    namespace: info.namespace,
    name: info.name,
    subresource: info.subresource,
    query: url.searchParams,
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'],
    userAgent: request.headers['user-agent'] ?? 'unknown',
    user,
    signal: ended.signal,
    body,
    warnings,
  };
};
