/** The YAML files of the guide, for one pair of clusters. */
import { stringify } from 'yaml';

export const HUB_API = 'https://10.250.0.10:6443';
export const PROJECT = 'bench';
const PROJECT_NAMESPACE = `kubeslice-${PROJECT}`;
const SLICE = 'bench-slice';

const many = (...objects: readonly unknown[]): string => objects.map((object) => stringify(object)).join('---\n');

export const controllerValues = stringify({
  kubeslice: { controller: { loglevel: 'info', rbacResourcePrefix: 'kubeslice-rbac', projectnsPrefix: 'kubeslice', endpoint: HUB_API } },
});

export const project = stringify({
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind: 'Project',
  metadata: { name: PROJECT, namespace: 'kubeslice-controller' },
  spec: { serviceAccount: { readWrite: ['admin'] } },
});

/** Interface by cluster name. */
export const registration = (interfaces: Readonly<Record<string, string>>): string =>
  many(
    ...Object.entries(interfaces).map(([name, networkInterface]) => ({
      apiVersion: 'controller.kubeslice.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name, namespace: PROJECT_NAMESPACE },
      spec: { networkInterface, clusterProperty: {} },
    })),
    ...Object.keys(interfaces).map((name) => ({
      apiVersion: 'addon.open-cluster-management.io/v1alpha1',
      kind: 'ManagedClusterAddOn',
      metadata: { name: 'kubeslice', namespace: name },
      spec: {
        installNamespace: 'kubeslice-system',
        configs: [{ name, namespace: PROJECT_NAMESPACE, group: 'controller.kubeslice.io', resource: 'clusters' }],
      },
    })),
  );

/** With namespaces as KubeSlice's webhook takes them: `kube-system`'s wildcard of clusters is the guide's own. */
export const sliceConfig = (clusters: readonly string[]): string =>
  stringify({
    apiVersion: 'controller.kubeslice.io/v1alpha1',
    kind: 'SliceConfig',
    metadata: { name: SLICE, namespace: PROJECT_NAMESPACE },
    spec: {
      sliceSubnet: '10.1.0.0/16',
      maxClusters: 16,
      sliceType: 'Application',
      sliceGatewayProvider: { sliceGatewayType: 'Wireguard', sliceCaType: 'Local' },
      sliceIpamType: 'Local',
      rotationInterval: 60,
      vpnConfig: { cipher: 'AES-128-CBC' },
      clusters,
      qosProfileDetails: {
        queueType: 'HTB',
        priority: 1,
        tcType: 'BANDWIDTH_CONTROL',
        bandwidthCeilingKbps: 5120,
        bandwidthGuaranteedKbps: 2560,
        dscpClass: 'AF11',
      },
      namespaceIsolationProfile: {
        applicationNamespaces: [
          { namespace: 'demo', clusters: ['*'] },
          { namespace: 'kubedb', clusters: ['*'] },
        ],
        isolationEnabled: false,
        allowedNamespaces: [{ namespace: 'kube-system', clusters: ['*'] }],
      },
    },
  });

export const placementPolicy = (placement: Readonly<Record<string, readonly number[]>>): string =>
  stringify({
    apiVersion: 'apps.k8s.appscode.com/v1',
    kind: 'PlacementPolicy',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, name: 'distributed-postgres' },
    spec: {
      clusterSpreadConstraint: {
        distributionRules: Object.entries(placement).map(([clusterName, replicaIndices]) => ({
          clusterName,
          storageClassName: 'local-path',
          replicaIndices,
        })),
        slice: { projectNamespace: PROJECT_NAMESPACE, sliceName: SLICE },
      },
      nodeSpreadConstraint: { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' },
      zoneSpreadConstraint: { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' },
    },
  });

export const postgres = stringify({
  apiVersion: 'kubedb.com/v1',
  kind: 'Postgres',
  metadata: { name: 'postgres', namespace: 'demo' },
  spec: {
    distributed: true,
    deletionPolicy: 'WipeOut',
    replicas: 3,
    storage: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
    storageType: 'Durable',
    version: '17.2',
    podTemplate: { spec: { podPlacementPolicy: { name: 'distributed-postgres' } } },
  },
});

/** The guide's step 2. */
export const klusterletPatch = JSON.stringify({
  spec: {
    workConfiguration: {
      featureGates: [{ feature: 'RawFeedbackJsonString', mode: 'Enable' }],
      hubKubeAPIBurst: 100,
      hubKubeAPIQPS: 50,
      kubeAPIBurst: 100,
      kubeAPIQPS: 50,
    },
  },
});

/** A Corefile with the guide's block on top. */
export const withSliceBlock = (corefile: string, address: string): string =>
  `slice.local:53 {\n    errors\n    cache 30\n    forward . ${address}\n}\n${corefile}`;
