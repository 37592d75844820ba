import { Agent, request } from 'undici';
import type { Fields } from '../object.ts';
import type { Store } from '../store/store.ts';
import { reviewAnswer, type ReviewResponse } from './review.ts';

export type ResolveService = (namespace: string, service: string, port: number) => string | undefined;

interface WebhookCaller {
  /** Throws an Error in the words of the real server's HTTP client. */
  ask(webhook: Fields, review: { readonly request: { readonly uid: string } }): Promise<ReviewResponse>;
  close(): Promise<void>;
}

interface Address {
  /** Where the connection goes. */
  readonly url: URL;
  /** What messages say, and what the certificate must be for. */
  readonly shown: URL;
}

export const createWebhookCaller = (store: Store, resolve: ResolveService): WebhookCaller => {
  const agents = new Map<string, Agent>();
  const agentFor = (caBundle: string, serverName: string): Agent => {
    const key = `${serverName} ${caBundle}`;
    let agent = agents.get(key);
    if (agent === undefined) {
      const ca = caBundle === '' ? {} : { ca: Buffer.from(caBundle, 'base64').toString() };
      agents.set(key, (agent = new Agent({ connect: { ...ca, ...(/^[\d.]+$/.test(serverName) ? {} : { servername: serverName }) } })));
    }
    return agent;
  };

  return {
    async ask(webhook, review) {
      const seconds = Number(webhook['timeoutSeconds'] ?? 10);
      const config = webhook['clientConfig'] as Fields;
      const shown = shownUrl(config, seconds);
      try {
        const { url } = addressOf(config, shown, store, resolve);
        const response = await request(url, {
          method: 'POST',
          dispatcher: agentFor(String(config['caBundle'] ?? ''), shown.hostname),
          signal: AbortSignal.timeout(seconds * 1000),
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, */*',
            'user-agent': 'kube-apiserver-admission',
            host: shown.host,
          },
          body: JSON.stringify(review),
        });
        const text = await response.body.text();
        if (response.statusCode !== 200) throw new HttpStatusError(response.statusCode, text);
        const { response: answer } = reviewAnswer.parse(JSON.parse(text));
        if (answer.uid !== review.request.uid)
          throw new Error(`expected response.uid=${JSON.stringify(review.request.uid)}, got ${JSON.stringify(answer.uid)}`);
        return answer;
      } catch (error) {
        if (error instanceof HttpStatusError) throw new Error(`failed to call webhook: ${error.message}`, { cause: error });
        throw new Error(`failed to call webhook: Post ${JSON.stringify(textOf(shown, config))}: ${goText(error)}`, { cause: error });
      }
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
};

class HttpStatusError extends Error {
  constructor(code: number, text: string) {
    super(
      code === 404
        ? 'the server could not find the requested resource'
        : `an error on the server (${JSON.stringify(text.trim())}) has prevented the request from succeeding`,
    );
  }
}

const shownUrl = (config: Fields, seconds: number): URL => {
  const service = config['service'] as Fields | undefined;
  const base =
    service === undefined
      ? String(config['url'])
      : `https://${String(service['name'])}.${String(service['namespace'])}.svc:${String(service['port'] ?? 443)}${String(service['path'] ?? '/')}`;
  const url = new URL(base);
  url.searchParams.set('timeout', `${seconds}s`);
  return url;
};

/** Go's client keeps the port of a Service in messages, also when it is the usual one. */
const textOf = (shown: URL, config: Fields): string =>
  config['service'] !== undefined && shown.port === '' ? shown.href.replace(shown.host, `${shown.host}:443`) : shown.href;

const addressOf = (config: Fields, shown: URL, store: Store, resolve: ResolveService): Address => {
  const service = config['service'] as Fields | undefined;
  if (service === undefined) return { url: shown, shown };
  const name = String(service['name']);
  const namespace = String(service['namespace']);
  const target = resolve(namespace, name, Number(service['port'] ?? 443));
  if (target !== undefined) return { url: new URL(`${shown.pathname}${shown.search}`, target), shown };
  if (store.get({ group: '', plural: 'services' }, namespace, name) === undefined) throw new Error(`service ${JSON.stringify(name)} not found`);
  throw new Error(`no endpoints available for service ${JSON.stringify(name)}`);
};

/** Errors of the network as Go's client words them. */
const goText = (error: unknown): string => {
  const { code, message, name } = error as { code?: string; message: string; name: string };
  const { address = '', port = '' } = error as { address?: string; port?: number };
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`;
  if (name === 'TimeoutError') return 'context deadline exceeded';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'EOF';
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${(error as { hostname?: string }).hostname ?? ''}: no such host`;
  if (code !== undefined && (code.includes('CERT') || code.includes('SIGN') || code.startsWith('ERR_TLS')))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  return message;
};
