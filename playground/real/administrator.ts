import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { connectApiServerBy, type ApiServer } from '../../src/kube-api/api-server.ts';
import { credentialsOf } from '../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import type { Connection } from '../control/kit.ts';
import { OWNED, removeLeftovers } from './owned.ts';

const contexts = z.looseObject({ contexts: z.array(z.looseObject({ name: z.string() })).nullish() });

/** Names of all contexts in the files of KUBECONFIG; empty when it is not set. Exported for tests. */
export const contextsGiven = (paths: string | undefined): readonly string[] =>
  (paths ?? '')
    .split(delimiter)
    .filter((path) => path !== '')
    .flatMap((path) => (contexts.parse(parse(readFileSync(path, 'utf8'))).contexts ?? []).map(({ name }) => name))
    .filter((name, index, all) => all.indexOf(name) === index);

interface Administrator {
  readonly connection: Connection;
  /** Takes the rights and what they came with away again. */
  close(): Promise<void>;
}

/** Twelve hours. */
const TOKEN_SECONDS = 43_200;
const NAMESPACES = '/api/v1/namespaces';
const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';

/**
 * A ServiceAccount with all rights and its token in one cluster of KUBECONFIG, whatever credentials its context has. It lives in a namespace of
 * its own and goes with `close`, or at once when not all of it can be made.
 */
export const administratorOf = async (paths: string, context: string): Promise<Administrator> => {
  await using made = new AsyncDisposableStack();
  const { api, server, ca } = await connect(paths, context);
  made.defer(() => api.close());
  const name = `pgdist-tests-${randomBytes(4).toString('hex')}`;
  const create = async (path: string, body: object): Promise<void> => {
    await api.json('POST', path, { body: { metadata: { name, labels: OWNED }, ...body } });
  };
  const deleteAtEnd = (path: string): void => made.defer(() => api.json<void>('DELETE', `${path}/${name}`));
  await create(NAMESPACES, {});
  deleteAtEnd(NAMESPACES);
  await create(`${NAMESPACES}/${name}/serviceaccounts`, {});
  await create(BINDINGS, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name, namespace: name }],
  });
  deleteAtEnd(BINDINGS);
  const connection = { name: context, server, ca, token: await tokenOf(api, name) };
  const kept = made.move();
  return { connection, close: () => kept.disposeAsync() };
};

/** Takes away what runs that were killed left in the cluster. */
export const removeLeftoversOf = async (paths: string, context: string): Promise<void> => {
  const { api } = await connect(paths, context);
  try {
    await removeLeftovers(api);
  } finally {
    await api.close();
  }
};

const connect = async (paths: string, context: string): Promise<{ api: ApiServer; server: string; ca: string }> => {
  const credentials = credentialsOf(loadKubeConfig({ paths }, context));
  const { way } = await credentials.now();
  return { api: connectApiServerBy(credentials, { userAgent: 'pgdist-tests' }), server: way.server, ca: credentials.caPem() ?? '' };
};

const tokenOf = async (api: ApiServer, name: string): Promise<string> => {
  const { status } = await api.json<{ status: { token: string } }>('POST', `${NAMESPACES}/${name}/serviceaccounts/${name}/token`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: TOKEN_SECONDS } },
  });
  return status.token;
};
