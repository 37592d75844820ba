import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import { databaseLabels, PET_SET } from './kinds.ts';

const COORDINATOR = { requests: { cpu: '200m', memory: '256Mi' }, limits: { memory: '256Mi' } };
const SERVER = { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '1Gi' } };

/** Text of the user's part of postgresql.conf. */
export const customConfig = ({ spec }: Mutable): string | undefined => spec.configuration?.inline?.['user.conf'];
export const customConfigName = (name: string): string => `${name}-custom-config`;

/** What the template asks for, the rest as the mutating webhook fills it in. */
const resourcesOf = ({ spec }: Mutable) => {
  const given = spec.podTemplate?.spec?.containers?.find(({ name }: { name: string }) => name === 'postgres')?.resources ?? {};
  return { requests: { ...SERVER.requests, ...given.requests }, limits: { ...SERVER.limits, ...given.limits } };
};

/** The PetSet of a Postgres, with the images of its version. */
export const petSetManifest = (postgres: Mutable, version: Mutable): Manifest => {
  const { name, namespace = '', uid } = postgres.metadata;
  const { spec } = postgres;
  const selector = databaseLabels(name);
  const credentials = (key: string) => ({ valueFrom: { secretKeyRef: { name: `${name}-auth`, key } } });
  const data = { name: 'data', mountPath: '/var/pv' };
  const owner = { apiVersion: postgres.apiVersion, kind: postgres.kind, name, uid, controller: true, blockOwnerDeletion: true };
  const metadata = { name, namespace, labels: databaseLabels(name, namespace), ownerReferences: [owner] };
  return {
    ...PET_SET,
    metadata,
    spec: {
      distributed: spec.distributed === true,
      podPlacementPolicy: { name: spec.podTemplate?.spec?.podPlacementPolicy?.name ?? '' },
      podManagementPolicy: 'OrderedReady',
      replicas: spec.replicas ?? 1,
      serviceName: `${name}-pods`,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...databaseLabels(name, namespace), 'postgreses.kubedb.com/database.cluster': name } },
        spec: {
          serviceAccountName: name,
          terminationGracePeriodSeconds: 30,
          initContainers: [{ name: 'postgres-init-container', image: version.spec?.initContainer?.image ?? '', volumeMounts: [data] }],
          containers: [
            {
              name: 'postgres',
              image: version.spec?.db?.image ?? '',
              ports: [{ name: 'db', containerPort: 5432, protocol: 'TCP' }],
              env: [
                { name: 'REPLICAS', value: String(spec.replicas ?? 1) },
                { name: 'PGDATA', value: '/var/pv/data' },
                ...(spec.streamingMode === 'Synchronous' ? [{ name: 'STREAMING', value: 'synchronous' }] : []),
                { name: 'POSTGRES_USER', ...credentials('username') },
                { name: 'POSTGRES_PASSWORD', ...credentials('password') },
              ],
              resources: resourcesOf(postgres),
              volumeMounts: customConfig(postgres) === undefined ? [data] : [data, { name: 'custom-config', mountPath: '/etc/config' }],
            },
            { name: 'pg-coordinator', image: version.spec?.coordinator?.image ?? '', resources: COORDINATOR, volumeMounts: [data] },
          ],
          volumes: customConfig(postgres) === undefined ? [] : [{ name: 'custom-config', secret: { secretName: customConfigName(name) } }],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: spec.storage?.accessModes ?? ['ReadWriteOnce'], resources: spec.storage?.resources ?? {} },
        },
      ],
    },
  };
};
