import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { connectApiServer, type ApiServer } from '../../adapters/kubernetes/api-server.ts';
import { credentialsOf } from '../../adapters/kubernetes/credentials.ts';
import { loadKubeConfig } from '../../adapters/kubernetes/kube-config.ts';
import type { Connection } from '../operators/kit.ts';

const contexts = z.looseObject({ contexts: z.array(z.looseObject({ name: z.string() })).nullish() });

/** Names of all contexts in the files of KUBECONFIG; empty when it is not set. */
export const contextsGiven = (paths: string | undefined): readonly string[] =>
  (paths ?? '')
    .split(delimiter)
    .filter((path) => path !== '')
    .flatMap((path) => (contexts.parse(parse(readFileSync(path, 'utf8'))).contexts ?? []).map(({ name }) => name))
    .filter((name, index, all) => all.indexOf(name) === index);

export interface Administrator {
  readonly connection: Connection;
  /** Takes the rights and what they came with away again. */
  close(): Promise<void>;
}

/** Twelve hours. */
const TOKEN_SECONDS = 43_200;

/**
 * A ServiceAccount with all rights and its token in one cluster of KUBECONFIG, whatever credentials its context has. It lives in a namespace of
 * its own and goes with `close`.
 */
export const administratorOf = async (paths: string, context: string): Promise<Administrator> => {
  const options = await credentialsOf(loadKubeConfig({ paths }, context)).options();
  const api = connectApiServer({ ...options, userAgent: 'pgdist-tests' });
  const name = `pgdist-tests-${randomBytes(4).toString('hex')}`;
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  await api.json('POST', '/api/v1/namespaces', { body: { metadata: { name } } });
  await api.json('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { body: { metadata: { name } } });
  await api.json('POST', bindings, {
    body: {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace: name }],
    },
  });
  return {
    connection: { name: context, server: options.server, ca: options.ca ?? '', token: await tokenOf(api, name) },
    async close() {
      await api.json('DELETE', `${bindings}/${name}`);
      await api.json('DELETE', `/api/v1/namespaces/${name}`);
      await api.close();
    },
  };
};

const tokenOf = async (api: ApiServer, name: string): Promise<string> => {
  const { status } = await api.json<{ status: { token: string } }>('POST', `/api/v1/namespaces/${name}/serviceaccounts/${name}/token`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: TOKEN_SECONDS } },
  });
  return status.token;
};
