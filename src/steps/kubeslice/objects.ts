import { z } from 'zod';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { kubectlIn, type TerminalLine } from '../../domain/terminal.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { Deployment } from '../kube/deployments.ts';
import { count, flag, list, maybeCount, maybePart, maybeText, objectMeta, part, text, texts } from '../kube/lenient.ts';

export const STAGE = 'KubeSlice';

/** Hard-coded in KubeSlice. */
export const CONTROLLER_NAMESPACE = 'kubeslice-controller';
export const WORKER_NAMESPACE = 'kubeslice-system';
/** Where the webhook of its service mesh runs, without whose answer no pod is made in onboarded namespaces. */
export const INJECTOR_NAMESPACE = 'kubeslice-nsm-webhook-system';
export const GATEWAY_LABEL = 'kubeslice.io/node-type';

/** Name of the chart's release and of the ClusterManagementAddOn. */
export const RELEASE = 'kubeslice-controller';
export const ADD_ON = 'kubeslice';
/** The ManifestWork that the add-on renders in the namespace of each cluster. */
export const WORK = 'addon-kubeslice-deploy-0';

const hub = 'controller.kubeslice.io/v1alpha1';
const spoke = 'networking.kubeslice.io/v1beta1';

export const controllerRef = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: CONTROLLER_NAMESPACE,
  name: 'kubeslice-controller-manager',
} as const;
/** What KubeSlice's controller says. */
export const controllerLog = ({ hub: name }: Fleet): TerminalLine =>
  kubectlIn(name, CONTROLLER_NAMESPACE, `logs deploy/${controllerRef.name} -c manager --tail=100`);
export const operatorRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: WORKER_NAMESPACE, name: 'kubeslice-operator' } as const;
export const workerNamespaceRef = { apiVersion: 'v1', kind: 'Namespace', name: WORKER_NAMESPACE } as const;
export const dnsServiceRef = { apiVersion: 'v1', kind: 'Service', namespace: WORKER_NAMESPACE, name: 'kubeslice-dns' } as const;
export const clusterRef = (fleet: Fleet, name: string): ObjectRef => ({ apiVersion: hub, kind: 'Cluster', namespace: projectNamespace(fleet), name });
export const sliceConfigRef = (fleet: Fleet): ObjectRef => ({
  apiVersion: hub,
  kind: 'SliceConfig',
  namespace: projectNamespace(fleet),
  name: fleet.kubeslice.slice.name,
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

/** Of its own status the worker's health; `lastUpdated` is an ISO instant or not told. */
export const clusterSchema = z.object({
  metadata: objectMeta,
  spec: part({ networkInterface: maybeText, nodeIPs: texts }),
  status: part({
    registrationStatus: maybeText,
    networkPresent: flag,
    secretName: maybeText,
    nodeIPs: texts,
    cniSubnet: texts,
    clusterHealth: maybePart({
      clusterHealthStatus: maybeText,
      lastUpdated: z.iso.datetime({ offset: true }).optional().catch(undefined),
      componentStatuses: list(z.object({ component: z.string(), componentHealthStatus: z.string() })),
    }),
  }),
});
export type KubesliceCluster = z.infer<typeof clusterSchema>;

export const addOnSchema = z.object({
  metadata: objectMeta,
  status: part({
    configReferences: list(z.object({ resource: text, desiredConfig: part({ name: maybeText }) })),
  }),
});

/** `TunnelState` and not the number `Status`, whose meaning the CRD and the code tell differently. */
export const sliceGatewaySchema = z.object({
  status: part({
    config: part({ sliceGatewayRemoteNodeIps: texts }),
    gatewayPodStatus: list(
      z.object({
        podName: text,
        peerPodName: text,
        tunnelStatus: part({ TunnelState: z.string().catch('UNKNOWN'), PacketLoss: count, RemoteIP: text }),
      }),
    ),
  }),
});
export type GatewayPod = z.infer<typeof sliceGatewaySchema>['status']['gatewayPodStatus'][number];

/** Lists are read strictly: they are written back, longer. */
const namespaces = z
  .array(z.looseObject({ namespace: z.string(), clusters: z.array(z.string()).default([]) }))
  .nullish()
  .transform((all) => all ?? []);
export const sliceConfigSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z.object({
    sliceSubnet: maybeText,
    maxClusters: maybeCount,
    clusters: z
      .array(z.string())
      .nullish()
      .transform((all) => all ?? []),
    sliceGatewayProvider: part({ sliceGatewayType: maybeText }),
    qosProfileDetails: z.looseObject({ bandwidthCeilingKbps: maybeCount, bandwidthGuaranteedKbps: maybeCount }).optional().catch(undefined),
    namespaceIsolationProfile: z.looseObject({ applicationNamespaces: namespaces }).default({ applicationNamespaces: [] }),
  }),
});
export type SliceConfig = z.infer<typeof sliceConfigSchema>;

/** Name under which a worker's operator was rendered; empty when it lost the race. */
export const renderedName = ({ spec }: Pick<Deployment, 'spec'>): string =>
  spec.template.spec.containers.flatMap(({ env }) => env).find(({ name }) => name === 'CLUSTER_NAME')?.value ?? '';
