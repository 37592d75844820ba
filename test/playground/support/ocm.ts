import type { Mutable } from '../../../playground/control/kit.ts';
import type { TestCluster, TestFleet } from './fleet.ts';

export const MANAGED_CLUSTER = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' } as const;
export const KLUSTERLET = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'Klusterlet', name: 'klusterlet' } as const;
export const WORK = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' } as const;
export const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;

export const condition = (object: Mutable | undefined, type: string): { status: string; reason: string; message: string } | undefined =>
  object?.status?.conditions?.find((one: { type: string }) => one.type === type);

export const is =
  (type: string, status: string) =>
  (object: Mutable | undefined): boolean =>
    condition(object, type)?.status === status;

export const initHub = async (fleet: TestFleet, hub: TestCluster): Promise<string> => {
  const { exitCode, stderr } = await fleet.clusteradm(
    'init',
    '--kubeconfig',
    hub.kubeconfigFile,
    '--wait',
    '--feature-gates=ManifestWorkReplicaSet=true',
  );
  if (exitCode !== 0) throw new Error(stderr);
  const { stdout } = await fleet.clusteradm('get', 'token', '-o', 'json', '--kubeconfig', hub.kubeconfigFile);
  return (JSON.parse(stdout) as { 'hub-token': string })['hub-token'];
};

export const joinSpoke = (
  fleet: TestFleet,
  { hub, spoke, token, name = spoke.name, gates = true }: { hub: TestCluster; spoke: TestCluster; token: string; name?: string; gates?: boolean },
) =>
  fleet.clusteradm(
    'join',
    '--kubeconfig',
    spoke.kubeconfigFile,
    '--hub-token',
    token,
    '--hub-apiserver',
    hub.address,
    '--cluster-name',
    name,
    ...(gates ? ['--feature-gates=RawFeedbackJsonString=true'] : []),
  );

/** Approves the newest CSR of a cluster through the API and accepts the cluster. */
export const acceptSpoke = async (hub: TestCluster, name: string): Promise<void> => {
  const csr = await hub.any(CSR, ({ metadata, status }) => metadata.name.startsWith(`${name}-`) && status?.conditions === undefined);
  const conditions = [{ type: 'Approved', status: 'True', reason: 'Test', message: '' }];
  await hub.client.merge({ ...CSR, name: csr.metadata.name }, { status: { conditions } }, 'approval');
  await hub.until({ ...MANAGED_CLUSTER, name }, (cluster) => cluster !== undefined);
  await hub.client.merge({ ...MANAGED_CLUSTER, name }, { spec: { hubAcceptsClient: true } });
};
