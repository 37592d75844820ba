import type { ClusterReader } from '../../ports/cluster.ts';

interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly subresource?: string;
}

/** What pgdist and the installers that it runs do on every cluster. Installing operators means granting their roles, hence bind and escalate. */
const EVERYWHERE: readonly Right[] = [
  { verb: 'create', group: '', resource: 'namespaces' },
  { verb: 'create', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  { verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { verb: 'patch', group: 'operator.open-cluster-management.io', resource: 'klusterlets' },
  { verb: 'patch', group: '', resource: 'nodes' },
  { verb: 'patch', group: '', resource: 'configmaps', namespace: 'kube-system' },
  { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'kube-system' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log' },
  { verb: 'create', group: '', resource: 'pods', subresource: 'exec' },
  { verb: 'create', group: '', resource: 'pods', subresource: 'portforward' },
  { verb: 'list', group: 'storage.k8s.io', resource: 'storageclasses' },
];

/** What it does on the hub alone. */
const ON_THE_HUB: readonly Right[] = [
  { verb: 'patch', group: 'operator.open-cluster-management.io', resource: 'clustermanagers' },
  { verb: 'create', group: '', resource: 'serviceaccounts', subresource: 'token', namespace: 'open-cluster-management' },
  { verb: 'update', group: 'certificates.k8s.io', resource: 'certificatesigningrequests', subresource: 'approval' },
  { verb: 'approve', group: 'certificates.k8s.io', resource: 'signers' },
  { verb: 'patch', group: 'cluster.open-cluster-management.io', resource: 'managedclusters' },
  { verb: 'update', group: 'register.open-cluster-management.io', resource: 'managedclusters', subresource: 'accept' },
  { verb: 'create', group: 'coordination.k8s.io', resource: 'leases' },
  { verb: 'create', group: 'controller.kubeslice.io', resource: 'sliceconfigs' },
  { verb: 'create', group: 'kubedb.com', resource: 'postgreses' },
  { verb: 'list', group: '', resource: 'secrets' },
];

/** Rights that the credentials lack, as 'create pods/exec in namespace demo'; an administrator is asked once. */
export const missingRights = async (cluster: ClusterReader, isHub: boolean): Promise<string[]> => {
  if (await cluster.allowed({ verb: '*', group: '*', resource: '*' })) return [];
  const wanted = isHub ? [...EVERYWHERE, ...ON_THE_HUB] : EVERYWHERE;
  const answers = await Promise.all(wanted.map(async (right) => ({ right, granted: await cluster.allowed(right) })));
  return answers.filter(({ granted }) => !granted).map(({ right }) => told(right));
};

const told = ({ verb, group, resource, subresource, namespace }: Right): string =>
  [
    `${verb} ${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`,
    ...(namespace === undefined ? [] : [`in namespace ${namespace}`]),
  ].join(' ');
