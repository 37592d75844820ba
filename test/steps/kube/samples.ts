import type { KubeObject } from '../../../src/kube-api/objects.ts';

const metadata = {
  name: 'one',
  namespace: 'there',
  uid: 'a-uid',
  resourceVersion: '7',
  generation: 2,
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: { app: 'one' },
  annotations: { note: 'text' },
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'owner', uid: 'b', controller: true }],
};
const condition = (type: string, status = 'True', reason = 'Known') => ({
  type,
  status,
  reason,
  message: 'told in words',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 2,
});
const object = (apiVersion: string, kind: string, rest: Record<string, unknown>): KubeObject => ({ apiVersion, kind, metadata, ...rest });

/** Objects as the products write them when all is well, with every field that a step reads. */
export const SAMPLES = {
  node: object('v1', 'Node', {
    spec: {
      unschedulable: false,
      taints: [{ key: 'spot', effect: 'PreferNoSchedule' }],
      podCIDR: '10.1.0.0/24',
      podCIDRs: ['10.1.0.0/24'],
      providerID: 'gce://1',
    },
    status: {
      conditions: [condition('Ready')],
      capacity: { cpu: '4', memory: '16Gi' },
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: { kubeletVersion: 'v1.33.1' },
    },
  }),
  pod: object('v1', 'Pod', {
    spec: {
      hostNetwork: false,
      volumes: [{ name: 'config', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
      containers: [
        {
          name: 'postgres',
          args: ['-conf', '/etc/coredns/Corefile'],
          ports: [{ name: 'dns-tcp', containerPort: 53, protocol: 'TCP' }],
          volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
        },
      ],
    },
    status: {
      phase: 'Running',
      podIPs: [{ ip: '10.1.0.7' }],
      conditions: [condition('PodScheduled'), condition('Ready')],
      initContainerStatuses: [{ name: 'init', ready: true, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      containerStatuses: [
        {
          name: 'postgres',
          ready: true,
          restartCount: 1,
          state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-01T00:00:00Z' } },
        },
      ],
    },
  }),
  deployment: object('apps/v1', 'Deployment', {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'one' } },
      template: { spec: { containers: [{ name: 'manager', command: ['run'], args: ['--fast'], env: [{ name: 'CLUSTER_NAME', value: 'tokyo' }] }] } },
    },
    status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
  }),
  daemonSet: object('apps/v1', 'DaemonSet', {
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'cache', image: 'cache', args: ['-localip', '169.254.20.10'], volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }] },
          ],
          volumes: [{ name: 'config', projected: { sources: [{ configMap: { name: 'cache' } }] } }],
        },
      },
    },
  }),
  event: object('v1', 'Event', {
    type: 'Warning',
    reason: 'FailedMount',
    message: 'told in words',
    involvedObject: { kind: 'Pod', name: 'postgres-0' },
    lastTimestamp: '2026-01-01T00:00:00Z',
    eventTime: '2026-01-01T00:00:00.000000Z',
  }),
  job: object('batch/v1', 'Job', { spec: { template: { metadata: { labels: { 'spoke-cluster': 'tokyo' } } } }, status: { failed: 1, succeeded: 1 } }),
  service: object('v1', 'Service', { spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], selector: { app: 'dns' } } }),
  configMap: object('v1', 'ConfigMap', { data: { Corefile: '.:53 {}' } }),
  secret: object('v1', 'Secret', { data: { username: 'eA==', password: 'eA==' } }),
  claim: object('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }),
  definition: object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: { conditions: [condition('Established')] } }),
  namespace: object('v1', 'Namespace', {}),
  storageClass: object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' }),
  lease: object('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'other', renewTime: '2026-01-01T00:00:00.000000Z' } }),
  certificateRequest: object('certificates.k8s.io/v1', 'CertificateSigningRequest', {
    spec: {
      request: 'eA==',
      signerName: 'kubernetes.io/kube-apiserver-client',
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers:managedcluster'],
    },
    status: { certificate: 'eA==', conditions: [condition('Approved')] },
  }),
  klusterlet: object('operator.open-cluster-management.io/v1', 'Klusterlet', {
    spec: {
      clusterName: 'tokyo',
      workConfiguration: {
        featureGates: [{ feature: 'RawFeedbackJsonString', mode: 'Enable' }],
        hubKubeAPIQPS: 50,
        hubKubeAPIBurst: 100,
        kubeAPIQPS: 50,
        kubeAPIBurst: 100,
        statusSyncInterval: '10s',
      },
    },
    status: { conditions: [condition('HubConnectionDegraded', 'False', 'HubConnectionFunctional')], observedGeneration: 2 },
  }),
  clusterManager: object('operator.open-cluster-management.io/v1', 'ClusterManager', {
    spec: {
      workImagePullSpec: 'quay.io/open-cluster-management/work:v1.3.1',
      workConfiguration: { featureGates: [{ feature: 'ManifestWorkReplicaSet', mode: 'Enable' }] },
    },
    status: { conditions: [condition('Applied')], observedGeneration: 2 },
  }),
  managedCluster: object('cluster.open-cluster-management.io/v1', 'ManagedCluster', {
    spec: { hubAcceptsClient: true },
    status: { conditions: [condition('ManagedClusterJoined')], version: { kubernetes: 'v1.33.1' } },
  }),
  manifestWork: object('work.open-cluster-management.io/v1', 'ManifestWork', {
    spec: { workload: { manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'postgres-0' } }] } },
    status: {
      conditions: [condition('Applied')],
      resourceStatus: {
        manifests: [{ resourceMeta: { ordinal: 0, kind: 'Pod', name: 'postgres-0' }, conditions: [condition('StatusFeedbackSynced')] }],
      },
    },
  }),
  manifestWorkReplicaSet: object('work.open-cluster-management.io/v1alpha1', 'ManifestWorkReplicaSet', {
    spec: {
      manifestWorkTemplate: {
        workload: { manifests: [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'agent' } }] },
      },
    },
    status: { conditions: [condition('ManifestworkApplied')], summary: { total: 2, applied: 2 } },
  }),
  kubesliceCluster: object('controller.kubeslice.io/v1alpha1', 'Cluster', {
    spec: { networkInterface: 'eth0', nodeIPs: ['10.0.0.1'] },
    status: {
      registrationStatus: 'Registered',
      networkPresent: true,
      secretName: 'kubeslice-rbac-worker-tokyo',
      nodeIPs: ['10.0.0.1'],
      cniSubnet: ['10.1.0.0/16'],
      clusterHealth: {
        clusterHealthStatus: 'Normal',
        lastUpdated: '2026-01-01T00:00:00Z',
        componentStatuses: [{ component: 'nsmgr', componentHealthStatus: 'Normal' }],
      },
    },
  }),
  addOn: object('addon.open-cluster-management.io/v1alpha1', 'ManagedClusterAddOn', {
    status: {
      configReferences: [{ group: 'controller.kubeslice.io', resource: 'clusters', desiredConfig: { name: 'tokyo', namespace: 'kubeslice-demo' } }],
    },
  }),
  sliceGateway: object('networking.kubeslice.io/v1beta1', 'SliceGateway', {
    status: {
      config: { sliceGatewayRemoteNodeIps: ['10.0.0.2'] },
      gatewayPodStatus: [{ podName: 'a', peerPodName: 'b', tunnelStatus: { TunnelState: 'UP', PacketLoss: 0, RemoteIP: '10.9.0.2' } }],
    },
  }),
  sliceConfig: object('controller.kubeslice.io/v1alpha1', 'SliceConfig', {
    spec: {
      sliceSubnet: '10.1.0.0/16',
      maxClusters: 16,
      clusters: ['tokyo', 'osaka'],
      sliceGatewayProvider: { sliceGatewayType: 'Wireguard' },
      qosProfileDetails: { bandwidthCeilingKbps: 100, bandwidthGuaranteedKbps: 50, priority: 1 },
      namespaceIsolationProfile: { applicationNamespaces: [{ namespace: 'demo', clusters: ['*'] }] },
    },
  }),
  postgres: object('kubedb.com/v1', 'Postgres', {
    spec: {
      version: '17.2',
      distributed: true,
      replicas: 3,
      storage: { resources: { requests: { storage: '2Gi' } } },
      podTemplate: { spec: { podPlacementPolicy: { name: 'postgres' } } },
    },
    status: { phase: 'Ready', conditions: [condition('ProvisioningStarted')] },
  }),
  placementPolicy: object('apps.k8s.appscode.com/v1', 'PlacementPolicy', {
    spec: { clusterSpreadConstraint: { distributionRules: [{ clusterName: 'tokyo', replicaIndices: [0, 2] }] } },
  }),
} as const satisfies Record<string, KubeObject>;
