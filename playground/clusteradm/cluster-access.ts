import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { ApiError, connectApiServerBy, type ApiServer } from '../../src/kube-api/api-server.ts';
import { credentialsOf } from '../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { discover, pathOf } from '../../src/kube-api/resources.ts';
import type { Manifest, ObjectRef } from '../../src/kube-api/objects.ts';
import type { Mutable } from '../control/kit.ts';
import type { Flags } from './flags.ts';

const optional = z.string().optional();
const kubeconfigSchema = z.object({
  'current-context': optional,
  clusters: z
    .array(
      z.object({
        name: z.string(),
        cluster: z.object({ server: z.string(), 'certificate-authority-data': optional, 'certificate-authority': optional }),
      }),
    )
    .default([]),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })).default([]),
});

/** One cluster as clusteradm uses it. */
export interface ClusterAccess {
  readonly api: ApiServer;
  /** As the kubeconfig says, not as the network leads there. */
  readonly server: string;
  /** Server and CA (base64 of PEM) of the context that is current in the file, which --context does not change; undefined: none is. */
  readonly currentContext: { readonly server: string; readonly caData: string | undefined } | undefined;
  get(ref: ObjectRef): Promise<Mutable | undefined>;
  list(kind: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly labelSelector?: string;
  }): Promise<readonly Mutable[]>;
  /** Creates, or lays the manifest over what is there: lists and scalars are replaced, keys never removed. */
  applyRaw(manifest: Manifest): Promise<void>;
  send(method: 'POST' | 'PUT' | 'PATCH', ref: ObjectRef, subresource: string | undefined, body: unknown, type?: string): Promise<Mutable>;
}

/** Leads an advertised address to the server that really answers. */
export type Route = (url: string) => string;

/** Address mapping of the playground's network: a JSON file, advertised address to loopback address. */
export const readRoutes = async (file: string | undefined): Promise<Route> => {
  const table = file === undefined ? {} : z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file, 'utf8')));
  return (url) => table[new URL(url).origin] ?? url;
};

export const openCluster = async (flags: Flags, route: Route): Promise<ClusterAccess> => {
  const file = flags.text('kubeconfig') ?? process.env['KUBECONFIG'] ?? `${process.env['HOME'] ?? ''}/.kube/config`;
  const config = kubeconfigSchema.parse(parse(await readFile(file, 'utf8')) ?? {});
  const find = (name: string | undefined) => {
    const context = config.contexts.find((one) => one.name === name)?.context;
    const cluster = config.clusters.find((one) => one.name === context?.cluster)?.cluster;
    return cluster && { cluster };
  };
  const chosen = find(flags.text('context') ?? config['current-context']);
  if (chosen === undefined) throw new Error(`context "${flags.text('context') ?? config['current-context'] ?? ''}" does not exist`);
  const current = find(config['current-context']);
  const { cluster } = chosen;
  // Read by client-go, which knows more of users than their tokens.
  const { way, headers } = await credentialsOf(loadKubeConfig({ paths: file }, flags.text('context'))).now();
  const access = { way: { ...way, server: route(way.server) }, headers };
  const api = connectApiServerBy({ now: async () => access, renew: async () => false }, { userAgent: 'clusteradm' });
  return {
    api,
    server: cluster.server,
    currentContext: current && { server: current.cluster.server, caData: await caDataOf(current.cluster) },
    ...objects(api),
  };
};

const objects = (api: ApiServer): Pick<ClusterAccess, 'get' | 'list' | 'applyRaw' | 'send'> => {
  const resolve = discover(api);
  const locate = async (ref: {
    apiVersion: string;
    kind: string;
    namespace?: string | undefined;
    name?: string;
    subresource?: string | undefined;
  }): Promise<string> => {
    const resource = await resolve(ref);
    if (resource === undefined) throw new Error(`no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`);
    return pathOf(resource, ref);
  };
  return {
    async get(ref) {
      if ((await resolve(ref)) === undefined) return undefined;
      try {
        return await api.json<Mutable>('GET', await locate(ref));
      } catch (error) {
        if (error instanceof ApiError && error.status.code === 404) return undefined;
        throw error;
      }
    },
    async list({ labelSelector, ...kind }) {
      return (await api.json<{ items: Mutable[] }>('GET', await locate(kind), { query: { labelSelector } })).items;
    },
    async applyRaw(manifest) {
      const { apiVersion, kind, metadata } = manifest;
      const ref = { apiVersion, kind, namespace: metadata.namespace };
      try {
        await api.json('POST', await locate(ref), { body: manifest });
      } catch (error) {
        if (!(error instanceof ApiError && error.status.reason === 'AlreadyExists')) throw error;
        await api.json('PATCH', await locate({ ...ref, name: metadata.name }), { body: manifest, type: 'application/merge-patch+json' });
      }
    },
    async send(method, ref, subresource, body, type = 'application/json') {
      return api.json(method, await locate({ ...ref, subresource }), { body, type });
    },
  };
};

const caDataOf = async (cluster: {
  'certificate-authority-data'?: string | undefined;
  'certificate-authority'?: string | undefined;
}): Promise<string | undefined> => {
  const { 'certificate-authority-data': data, 'certificate-authority': file } = cluster;
  return data ?? (file === undefined ? undefined : (await readFile(file)).toString('base64'));
};
