import { createClusteradm } from '../../src/adapters/cli/clusteradm.ts';
import { createHelm } from '../../src/adapters/cli/helm.ts';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { neededOn, rightText, type NeededRight, type Right } from '../../src/domain/right.ts';
import { rolesFor, type RoleObject, type Subject } from '../../src/domain/roles.ts';
import { connectApiServer, type ApiServer } from '../../src/kube-api/api-server.ts';
import { ApiError } from '../../src/kube-api/api-error.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { discover, pathOf } from '../../src/kube-api/resources.ts';
import type { ApplyContext } from '../../src/steps/context.ts';
import type { KubernetesApi } from '../../playground/kubernetes-api/contract.ts';

export type Served = Pick<KubernetesApi, 'name' | 'url' | 'caPem' | 'adminToken' | 'kubeconfig' | 'observe'>;

const asAdmin = async <T>({ url, caPem, adminToken }: Served, call: (api: ApiServer) => Promise<T>): Promise<T> => {
  const api = connectApiServer({ server: url, ca: caPem, userAgent: 'kubectl', authorization: async () => `Bearer ${adminToken}` });
  try {
    return await call(api);
  } finally {
    await api.close();
  }
};

/** As `kubectl apply` of what is printed, by an administrator: namespaces that are there stay, roles are replaced. */
export const applyRoles = (served: Served, objects: readonly RoleObject[]): Promise<void> =>
  asAdmin(served, async (api) => {
    const resolve = discover(api);
    for (const object of objects) {
      const { namespace, name } = object.metadata;
      const resource = await resolve(object);
      if (resource === undefined) throw new Error(`${object.kind} is not served`);
      const place = namespace === undefined ? {} : { namespace };
      try {
        await api.json('POST', pathOf(resource, place), { body: object });
      } catch (error) {
        if (!(error instanceof ApiError && error.status.reason === 'AlreadyExists')) throw error;
        const { rules } = object as { rules?: unknown };
        if (rules !== undefined)
          await api.json('PATCH', pathOf(resource, { ...place, name }), { body: { rules }, type: 'application/merge-patch+json' });
      }
    }
  });

/** Kubeconfig of a ServiceAccount that has exactly these rights on the cluster. */
export const kubeconfigWith = async (served: Served, rights: readonly NeededRight[], name: string): Promise<string> => {
  const subject: Subject = { kind: 'ServiceAccount', namespace: 'pgdist', name };
  await applyRoles(
    served,
    rolesFor(rights, subject, name).map(({ object }) => object),
  );
  const token = await asAdmin(served, async (api) => {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
    const answer = await api.json<{ status: { token: string } }>('POST', `/api/v1/namespaces/pgdist/serviceaccounts/${name}/token`, { body });
    return answer.status.token;
  });
  return served.kubeconfig.replaceAll(served.adminToken, token);
};

export interface Limited {
  readonly context: ApplyContext;
  /** What the user was refused, as 'patch nodes on tokyo'. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** The same context, its clients, helm and clusteradm with nothing but the declared rights. */
export const limitedTo = async (
  declared: readonly { readonly by: string; readonly rights: readonly Right[] }[],
  { context, apis }: { readonly context: ApplyContext; readonly apis: readonly Served[] },
  name: string,
): Promise<Limited> => {
  const clients = new Map<string, ConnectedCluster>();
  for (const served of apis) {
    const text = await kubeconfigWith(served, neededOn(served.name, declared), name);
    clients.set(served.name, connectCluster({ name: served.name, kubeConfig: loadKubeConfig({ text }) }));
  }
  const cluster = (of: string): ConnectedCluster => clients.get(of)!;
  const refused: string[] = [];
  const stops = apis.map((served) =>
    served.observe({
      authorized({ user, allowed, verb, resource = '', ...asked }) {
        if (allowed || user !== `system:serviceaccount:pgdist:${name}`) return;
        const { group = '', subresource, namespace, name: object } = asked;
        const place = { ...(subresource === undefined ? {} : { subresource }), ...(namespace === undefined ? {} : { namespace }) };
        refused.push(`${rightText({ verb, group, resource, ...place, ...(object === undefined ? {} : { name: object }) })} on ${served.name}`);
      },
    }),
  );
  const tools = { kubeconfigOf: (of: string) => cluster(of).kubeconfig() };
  return {
    context: { ...context, cluster, afterCancel: cluster, helm: createHelm(tools), clusteradm: createClusteradm(tools) },
    refused,
    async close() {
      for (const stop of stops) stop();
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
};
