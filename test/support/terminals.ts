import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operatorClient } from '../../playground/control/kit.ts';
import { kubeconfigOf } from '../../playground/fleet.ts';
import type { Playground } from '../../playground/playground.ts';

/** Namespace of the ServiceAccounts that stand for people. */
const NAMESPACE = 'people';
/** Longer than any test. */
const TOKEN_SECONDS = 86_400;

/** How the hub's API server knows somebody whose terminal was made by `terminalOf`. */
export const userOf = (name: string): string => `system:serviceaccount:${NAMESPACE}:${name}`;

/** Environment of somebody's terminal: a kubeconfig that leads to the hub as this user, who may do nothing there, and pgdist's Redis. No token of Slack. */
export const terminalOf = async (
  { fleet, folder, environment }: Pick<Playground, 'fleet' | 'folder' | 'environment'>,
  name: string,
): Promise<Record<string, string>> => {
  const [hub] = fleet.connections;
  const client = operatorClient(hub!, 'administrator');
  try {
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: NAMESPACE } });
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: TOKEN_SECONDS } };
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${name}/token`;
    const { status } = await client.api.json<{ status: { token: string } }>('POST', path, { body });
    const kubeconfig = join(folder, `kubeconfig-${name}`);
    await writeFile(kubeconfig, kubeconfigOf([{ ...hub!, token: status.token }]), { mode: 0o600 });
    const { PGDIST_CONFIG = '', PGDIST_PREFIX = '', REDIS_URL = '' } = environment;
    return { PGDIST_CONFIG, PGDIST_PREFIX, REDIS_URL, HOME: folder, KUBECONFIG: kubeconfig };
  } finally {
    await client.close();
  }
};
