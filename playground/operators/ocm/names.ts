import type { Kind } from '../../../src/kube-api/objects.ts';

export const CLUSTER_MANAGER: Kind = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'ClusterManager' };
export const KLUSTERLET: Kind = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'Klusterlet' };
export const MANAGED_CLUSTER: Kind = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' };
export const CLUSTER_SET: Kind = { apiVersion: 'cluster.open-cluster-management.io/v1beta2', kind: 'ManagedClusterSet' };
export const CLUSTER_SET_BINDING: Kind = { apiVersion: 'cluster.open-cluster-management.io/v1beta2', kind: 'ManagedClusterSetBinding' };
export const PLACEMENT: Kind = { apiVersion: 'cluster.open-cluster-management.io/v1beta1', kind: 'Placement' };
export const PLACEMENT_DECISION: Kind = { apiVersion: 'cluster.open-cluster-management.io/v1beta1', kind: 'PlacementDecision' };
export const MANIFEST_WORK: Kind = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' };
export const APPLIED_WORK: Kind = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork' };
export const WORK_REPLICA_SET: Kind = { apiVersion: 'work.open-cluster-management.io/v1alpha1', kind: 'ManifestWorkReplicaSet' };
export const CLUSTER_ADDON: Kind = { apiVersion: 'addon.open-cluster-management.io/v1alpha1', kind: 'ManagedClusterAddOn' };
export const ADDON_KIND: Kind = { apiVersion: 'addon.open-cluster-management.io/v1alpha1', kind: 'ClusterManagementAddOn' };
export const CSR: Kind = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' };
export const LEASE: Kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

export const OPERATOR_NAMESPACE = 'open-cluster-management';
export const HUB_NAMESPACE = 'open-cluster-management-hub';
export const AGENT_NAMESPACE = 'open-cluster-management-agent';
export const ADDON_NAMESPACE = 'open-cluster-management-agent-addon';

export const BOOTSTRAP_SECRET = 'bootstrap-hub-kubeconfig';
export const HUB_KUBECONFIG_SECRET = 'hub-kubeconfig-secret';
export const CLUSTER_NAME_LABEL = 'open-cluster-management.io/cluster-name';
export const ADDON_NAME_LABEL = 'open-cluster-management.io/addon-name';
export const CLUSTER_SET_LABEL = 'cluster.open-cluster-management.io/clusterset';
export const CLUSTER_LEASE = 'managed-cluster-lease';
export const LEASE_SECONDS = 60;
/** The work agent of a spoke works while its pod holds this Lease of the agents' namespace; the holder is '<pod>_<uuid>'. */
export const WORK_AGENT_LOCK = 'work-agent-lock';
