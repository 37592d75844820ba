import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ApiError, connectApiServer, type ApiServer } from '../../src/kube-api/api-server.ts';
import type { Route } from './cluster-access.ts';
import type { Flags } from './flags.ts';

/** The hub as join sees it from where it runs. */
export interface HubTarget {
  readonly server: string;
  readonly token: string;
  /** Base64 of PEM; undefined: none was found. */
  readonly caData: string | undefined;
}

/** The program's own crash: printed as a Go panic, exit 2. */
export class Panic extends Error {
  override readonly name = 'Panic';
}

/** Finds the hub's CA (without --ca-file over unverified TLS) and asks the hub whether it is one. Throws in the real program's words. */
export const checkHub = async (flags: Flags, route: Route): Promise<HubTarget> => {
  const server = flags.text('hub-apiserver') ?? '';
  const token = flags.text('hub-token') ?? '';
  const file = flags.text('ca-file');
  const caData = file === undefined ? await publishedCa(server, token, route) : (await readFile(file)).toString('base64');
  if (caData === undefined) return { server, token, caData };
  const path = '/apis/cluster.open-cluster-management.io/v1';
  try {
    await withHub({ server, token, caPem: Buffer.from(caData, 'base64').toString() }, route, (api) => api.json('GET', path));
  } catch (error) {
    if (error instanceof ApiError && error.status.code === 404) throw new Panic('runtime error: invalid memory address or nil pointer dereference');
    throw asGo(error, server, path);
  }
  return { server, token, caData };
};

const publishedCa = async (server: string, token: string, route: Route): Promise<string | undefined> => {
  const path = '/api/v1/namespaces/kube-public/configmaps/cluster-info';
  try {
    const map = await withHub({ server, token, caPem: undefined }, route, (api) => api.json<{ data?: { kubeconfig?: string } }>('GET', path));
    const config = parse(map.data?.kubeconfig ?? '') as { clusters?: { cluster?: { 'certificate-authority-data'?: string } }[] } | null;
    return config?.clusters?.[0]?.cluster?.['certificate-authority-data'];
  } catch (error) {
    if (!(error instanceof ApiError && error.status.code === 404)) throw asGo(error, server, path);
  }
  const root = '/api/v1/namespaces/kube-public/configmaps/kube-root-ca.crt';
  try {
    const map = await withHub({ server, token, caPem: undefined }, route, (api) => api.json<{ data?: Record<string, string> }>('GET', root));
    const pem = map.data?.['ca.crt'];
    return pem === undefined ? undefined : Buffer.from(pem).toString('base64');
  } catch (error) {
    if (error instanceof ApiError && error.status.code === 404) return undefined;
    throw asGo(error, server, root);
  }
};

const withHub = async <T>(
  { server, token, caPem }: { readonly server: string; readonly token: string; readonly caPem: string | undefined },
  route: Route,
  call: (api: ApiServer) => Promise<T>,
): Promise<T> => {
  const api = connectApiServer({
    server: route(server),
    userAgent: 'clusteradm',
    authorization: async () => `Bearer ${token}`,
    ...(caPem === undefined ? { skipTlsVerify: true } : { ca: caPem }),
  });
  try {
    return await call(api);
  } finally {
    await api.close();
  }
};

/** An error in the words of the real program's HTTP client. */
const asGo = (error: unknown, server: string, path: string): Error => {
  if (error instanceof ApiError) return new Error(error.status.code === 401 ? 'Unauthorized' : error.message);
  const { code = '', cause } = error as { code?: string; cause?: { code?: string } };
  const host = new URL(server).host;
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: `dial tcp ${host}: connect: connection refused`,
    ENOTFOUND: `dial tcp: lookup ${new URL(server).hostname}: no such host`,
    EAI_AGAIN: `dial tcp: lookup ${new URL(server).hostname}: no such host`,
    ENETUNREACH: `dial tcp ${host}: connect: network is unreachable`,
    EHOSTUNREACH: `dial tcp ${host}: connect: no route to host`,
    UND_ERR_CONNECT_TIMEOUT: `dial tcp ${host}: i/o timeout`,
    SELF_SIGNED_CERT_IN_CHAIN: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  };
  const reason = reasons[code] ?? reasons[cause?.code ?? ''] ?? (error as Error).message;
  return new Error(`Get "${server}${path}": ${reason}`, { cause: error });
};
