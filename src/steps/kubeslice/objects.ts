import { z } from 'zod';
import { projectNamespace, type Fleet } from '../../domain/fleet.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';

export const STAGE = 'KubeSlice';

/** Hard-coded in KubeSlice. */
export const CONTROLLER_NAMESPACE = 'kubeslice-controller';
export const WORKER_NAMESPACE = 'kubeslice-system';
export const GATEWAY_LABEL = 'kubeslice.io/node-type';

/** Name of the chart's release and of the ClusterManagementAddOn. */
export const RELEASE = 'kubeslice-controller';
export const ADD_ON = 'kubeslice';
/** The ManifestWork that the add-on renders in the namespace of each cluster. */
export const WORK = 'addon-kubeslice-deploy-0';

const hub = 'controller.kubeslice.io/v1alpha1';
const worker = 'worker.kubeslice.io/v1alpha1';
const spoke = 'networking.kubeslice.io/v1beta1';

export const controllerRef = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: CONTROLLER_NAMESPACE,
  name: 'kubeslice-controller-manager',
} as const;
export const operatorRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: WORKER_NAMESPACE, name: 'kubeslice-operator' } as const;
export const dnsServiceRef = { apiVersion: 'v1', kind: 'Service', namespace: WORKER_NAMESPACE, name: 'kubeslice-dns' } as const;
export const clusterRef = (fleet: Fleet, name: string): ObjectRef => ({ apiVersion: hub, kind: 'Cluster', namespace: projectNamespace(fleet), name });
export const sliceConfigRef = (fleet: Fleet): ObjectRef => ({
  apiVersion: hub,
  kind: 'SliceConfig',
  namespace: projectNamespace(fleet),
  name: fleet.kubeslice.slice.name,
});
export const workerSliceConfigRef = (fleet: Fleet, cluster: string): ObjectRef => ({
  apiVersion: worker,
  kind: 'WorkerSliceConfig',
  namespace: projectNamespace(fleet),
  name: `${fleet.kubeslice.slice.name}-${cluster}`,
});
export const sliceRef = (fleet: Fleet): ObjectRef => ({
  apiVersion: spoke,
  kind: 'Slice',
  namespace: WORKER_NAMESPACE,
  name: fleet.kubeslice.slice.name,
});
export const sliceGatewayRef = (fleet: Fleet, local: string, remote: string): ObjectRef => ({
  apiVersion: spoke,
  kind: 'SliceGateway',
  namespace: WORKER_NAMESPACE,
  name: `${fleet.kubeslice.slice.name}-${local}-${remote}`,
});
export const addOnRef = (cluster: string): ObjectRef => ({
  apiVersion: 'addon.open-cluster-management.io/v1alpha1',
  kind: 'ManagedClusterAddOn',
  namespace: cluster,
  name: ADD_ON,
});
export const workRef = (cluster: string): ObjectRef => ({
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'ManifestWork',
  namespace: cluster,
  name: WORK,
});

const componentStatuses = z.array(z.object({ component: z.string(), componentHealthStatus: z.string() })).default([]);

export const clusterSchema = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ networkInterface: z.string().optional(), nodeIPs: z.array(z.string()).default([]) }).default({ nodeIPs: [] }),
  status: z
    .object({
      registrationStatus: z.string().optional(),
      networkPresent: z.boolean().default(false),
      secretName: z.string().optional(),
      nodeIPs: z.array(z.string()).default([]),
      cniSubnet: z.array(z.string()).default([]),
      clusterHealth: z
        .object({ clusterHealthStatus: z.string().optional(), lastUpdated: z.iso.datetime({ offset: true }).optional(), componentStatuses })
        .optional(),
    })
    .default({ networkPresent: false, nodeIPs: [], cniSubnet: [] }),
});
export type KubesliceCluster = z.infer<typeof clusterSchema>;

export const addOnSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  status: z
    .object({
      configReferences: z
        .array(
          z.object({
            group: z.string().default(''),
            resource: z.string().default(''),
            desiredConfig: z.object({ name: z.string(), namespace: z.string().optional() }).optional(),
          }),
        )
        .default([]),
    })
    .default({ configReferences: [] }),
});

/** What is read of a Deployment: of the operator's, the variable with the name under which it was rendered. */
export const deploymentSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
    template: z.object({
      spec: z.object({
        containers: z.array(z.object({ name: z.string(), env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]) })),
      }),
    }),
  }),
  status: z.object({ replicas: z.number().default(0), availableReplicas: z.number().default(0) }).default({ replicas: 0, availableReplicas: 0 }),
});
export type Deployment = z.infer<typeof deploymentSchema>;

/** Name under which a worker's operator was rendered; empty when it lost the race. */
export const renderedName = ({ spec }: Pick<Deployment, 'spec'>): string =>
  spec.template.spec.containers.flatMap(({ env }) => env).find(({ name }) => name === 'CLUSTER_NAME')?.value ?? '';
