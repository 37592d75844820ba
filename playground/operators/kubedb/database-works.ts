import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import { databaseLabels, MANIFEST_WORK, SECRET } from './kinds.ts';
import { customConfig, customConfigName } from './pet-set-manifest.ts';

interface DatabaseParts {
  readonly postgres: Mutable;
  readonly secret: Mutable;
  readonly sliceName: string;
}

/** ManifestWorks that give each spoke what the database's pods there need: credentials, rights, and names in the slice. */
export const databaseWorks = (cluster: string, { postgres, secret, sliceName }: DatabaseParts): Manifest[] => {
  const { name, namespace = '' } = postgres.metadata;
  const labels = databaseLabels(name, namespace);
  const config = customConfig(postgres);
  const work = (suffix: string, ...manifests: Manifest[]): Manifest => ({
    ...MANIFEST_WORK,
    metadata: { name: `${name}-${suffix}`, namespace: cluster, labels },
    spec: { workload: { manifests } },
  });
  return [
    work('rbac', ...access(name, namespace, labels)),
    work('auth', {
      ...SECRET,
      metadata: { name: `${name}-auth`, namespace, labels },
      type: 'kubernetes.io/basic-auth',
      data: secret.data,
    }),
    ...(config === undefined
      ? []
      : [
          work('custom-config', {
            ...SECRET,
            metadata: { name: customConfigName(name), namespace, labels },
            data: { 'user.conf': Buffer.from(config).toString('base64') },
          }),
        ]),
    work('serviceexports', ...databaseServices(name, namespace), ...exports(name, namespace, sliceName)),
  ];
};

const access = (name: string, namespace: string, labels: Record<string, string>): Manifest[] => {
  const metadata = { name, namespace, labels };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'patch'] }] },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
};

/** NAME leads to the primary, NAME-standby to the others, NAME-pods gives each pod a name. */
export const databaseServices = (name: string, namespace: string): Manifest[] => {
  const labels = databaseLabels(name, namespace);
  const selector = databaseLabels(name);
  const port = (portName: string, number: number) => ({ name: portName, port: number, protocol: 'TCP', targetPort: number });
  const service = (suffix: string, spec: Record<string, unknown>): Manifest => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}${suffix}`, namespace, labels },
    spec,
  });
  return [
    service('', { selector: { ...selector, 'kubedb.com/role': 'primary' }, ports: [port('primary', 5432), port('raft-client', 2379)] }),
    service('-standby', { selector: { ...selector, 'kubedb.com/role': 'standby' }, ports: [port('standby', 5432)] }),
    service('-pods', {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector,
      ports: [port('db', 5432), port('raft', 2380), port('raft-client', 2379), port('grpc', 2384)],
    }),
  ];
};

const exports = (name: string, namespace: string, slice: string): Manifest[] => {
  const matchLabels = databaseLabels(name);
  const exported = (suffix: string, labels: Record<string, string>): Manifest => ({
    apiVersion: 'networking.kubeslice.io/v1beta1',
    kind: 'ServiceExport',
    metadata: { name: `${name}${suffix}`, namespace },
    spec: { slice, selector: { matchLabels: labels }, ports: [{ name: 'db', containerPort: 5432, protocol: 'TCP' }] },
  });
  return [exported('', { ...matchLabels, 'kubedb.com/role': 'primary' }), exported('-pods', matchLabels)];
};
