import type { PrinterColumn } from './resource-type.ts';

const column = (name: string, jsonPath: string, type = 'string'): PrinterColumn => ({ name, type, jsonPath });
const age = column('Age', '.metadata.creationTimestamp', 'date');

const COLUMNS: Readonly<Record<string, readonly PrinterColumn[]>> = {
  Pod: [column('Phase', '.status.phase'), column('Node', '.spec.nodeName'), column('IP', '.status.podIP'), age],
  Deployment: [
    column('Ready', '.status.readyReplicas', 'integer'),
    column('Up-to-date', '.status.updatedReplicas', 'integer'),
    column('Available', '.status.availableReplicas', 'integer'),
    age,
  ],
  ReplicaSet: [
    column('Desired', '.spec.replicas', 'integer'),
    column('Current', '.status.replicas', 'integer'),
    column('Ready', '.status.readyReplicas', 'integer'),
    age,
  ],
  StatefulSet: [column('Desired', '.spec.replicas', 'integer'), column('Ready', '.status.readyReplicas', 'integer'), age],
  DaemonSet: [column('Desired', '.status.desiredNumberScheduled', 'integer'), column('Ready', '.status.numberReady', 'integer'), age],
  Service: [column('Type', '.spec.type'), column('Cluster-IP', '.spec.clusterIP'), column('Port', '.spec.ports[0].port', 'integer'), age],
  Namespace: [column('Status', '.status.phase'), age],
  Secret: [column('Type', '.type'), age],
  Node: [column('Version', '.status.nodeInfo.kubeletVersion'), column('Internal-IP', '.status.addresses[0].address'), age],
  PersistentVolumeClaim: [
    column('Status', '.status.phase'),
    column('Volume', '.spec.volumeName'),
    column('StorageClass', '.spec.storageClassName'),
    age,
  ],
  StorageClass: [column('Provisioner', '.provisioner'), column('ReclaimPolicy', '.reclaimPolicy'), age],
  Event: [
    column('Last Seen', '.lastTimestamp', 'date'),
    column('Type', '.type'),
    column('Reason', '.reason'),
    column('Object', '.involvedObject.name'),
    column('Message', '.message'),
  ],
  CertificateSigningRequest: [column('SignerName', '.spec.signerName'), column('Requestor', '.spec.username'), age],
  Lease: [column('Holder', '.spec.holderIdentity'), age],
};

/** Columns of a built-in kind after its name: fewer than the real server prints, all of them read from the object. */
export const columnsOf = (kind: string): readonly PrinterColumn[] => COLUMNS[kind] ?? [age];
