import { isExempt } from './no-proxy.ts';

/** Environment variables as they are. */
export type Environment = Readonly<Record<string, string | undefined>>;

const SCHEMES = ['http', 'https', 'socks5'];

/** What is wrong with the proxy that a kubeconfig names, undefined when nothing is; never repeats it, for it may hold a password. */
export const proxyFault = (url: string): string | undefined =>
  SCHEMES.includes(schemeOf(url)) && URL.canParse(url) && new URL(url).hostname !== '' ? undefined : 'is no URL of an http, https or socks5 proxy';

/**
 * URL of the proxy on the way to a server, undefined for none: the kubeconfig's, else HTTPS_PROXY (HTTP_PROXY for a server without TLS) unless NO_PROXY
 * exempts the server, as Go reads them: https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export const proxyFor = (server: string, configured: string | undefined, environment: Environment): string | undefined => {
  if (configured !== undefined) return configured;
  const url = new URL(server);
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const proxy = firstOf(environment, names);
  if (proxy === undefined || isExempt(url, firstOf(environment, ['NO_PROXY', 'no_proxy']) ?? '')) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/./i.test(proxy) ? proxy.replace(/^socks5h:/i, 'socks5:') : `http://${proxy}`;
};

const schemeOf = (url: string): string => /^([a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? '';

const firstOf = (environment: Environment, names: readonly string[]): string | undefined =>
  names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
