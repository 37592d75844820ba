import type { Fields } from '../object.ts';
import { AGE, count, CREATED, listed, NAME, text, wide, type Column } from './column.ts';
import { humanAge, humanDuration } from './human-duration.ts';
import { ENDPOINT_SLICE, ENDPOINTS, NETWORK_POLICY, SERVICE } from './network.ts';
import { NODE, PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS } from './nodes-and-storage.ts';
import { POD } from './pods.ts';
import { DAEMON_SET, DEPLOYMENT, POD_DISRUPTION_BUDGET, REPLICA_SET, STATEFUL_SET } from './workloads.ts';

const size = (value: unknown): number => Object.keys(value ?? {}).length;

const EVENT: readonly Column[] = [
  text('Last Seen', ({ series, lastTimestamp, firstTimestamp, eventTime }) =>
    humanAge(series?.lastObservedTime ?? lastTimestamp ?? firstTimestamp ?? eventTime),
  ),
  text('Type', ({ type }) => type),
  text('Reason', ({ reason }) => reason),
  text('Object', ({ involvedObject }) => `${String(involvedObject?.kind ?? '').toLowerCase()}/${involvedObject?.name ?? ''}`),
  wide(text('Subobject', ({ involvedObject }) => involvedObject?.fieldPath)),
  wide(text('Source', ({ source, reportingComponent }) => listed([source?.component ?? reportingComponent, source?.host].filter(Boolean)))),
  text('Message', ({ message }) => String(message ?? '').trim()),
  wide(text('First Seen', ({ firstTimestamp, eventTime }) => humanAge(firstTimestamp ?? eventTime))),
  wide(count('Count', ({ count: times, series }) => series?.count ?? times ?? 1)),
  wide(NAME),
];

/** 'Approved,Issued', as kubectl tells a request for a certificate. */
const condition = ({ status }: Fields): string => {
  const types: string[] = (status?.conditions ?? []).map(({ type }: Fields) => type);
  const word = ['Denied', 'Approved'].find((type) => types.includes(type)) ?? 'Pending';
  return [word, ...(types.includes('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',');
};

const SIGNING_REQUEST: readonly Column[] = [
  NAME,
  AGE,
  text('SignerName', ({ spec }) => spec?.signerName),
  text('Requestor', ({ spec }) => spec?.username),
  text('RequestedDuration', ({ spec }) => (spec?.expirationSeconds === undefined ? '<none>' : humanDuration(Number(spec.expirationSeconds)))),
  text('Condition', condition),
];

const role = ({ roleRef }: Fields): string => `${roleRef?.kind}/${roleRef?.name}`;
const subjects =
  (kind: string) =>
  ({ subjects: given = [] }: Fields) =>
    given
      .filter((subject: Fields) => subject['kind'] === kind)
      .map(({ namespace, name }: Fields) => (namespace === undefined ? name : `${namespace}/${name}`))
      .join(', ');
const BINDING: readonly Column[] = [
  NAME,
  text('Role', role),
  AGE,
  wide(text('Users', subjects('User'))),
  wide(text('Groups', subjects('Group'))),
  wide(text('ServiceAccounts', subjects('ServiceAccount'))),
];

const WEBHOOKS: readonly Column[] = [NAME, count('Webhooks', ({ webhooks }) => webhooks?.length), AGE];

/** After pkg/printers/internalversion of Kubernetes. */
const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Pod: POD,
  Deployment: DEPLOYMENT,
  ReplicaSet: REPLICA_SET,
  StatefulSet: STATEFUL_SET,
  DaemonSet: DAEMON_SET,
  PodDisruptionBudget: POD_DISRUPTION_BUDGET,
  Service: SERVICE,
  Endpoints: ENDPOINTS,
  EndpointSlice: ENDPOINT_SLICE,
  NetworkPolicy: NETWORK_POLICY,
  Node: NODE,
  PersistentVolume: PERSISTENT_VOLUME,
  PersistentVolumeClaim: PERSISTENT_VOLUME_CLAIM,
  StorageClass: STORAGE_CLASS,
  Namespace: [NAME, text('Status', ({ status }) => status?.phase), AGE],
  Secret: [NAME, text('Type', ({ type }) => type), count('Data', ({ data }) => size(data)), AGE],
  ConfigMap: [NAME, count('Data', ({ data, binaryData }) => size(data) + size(binaryData)), AGE],
  ServiceAccount: [NAME, count('Secrets', ({ secrets }) => secrets?.length), AGE],
  Event: EVENT,
  CertificateSigningRequest: SIGNING_REQUEST,
  Lease: [NAME, text('Holder', ({ spec }) => spec?.holderIdentity), AGE],
  Role: [NAME, CREATED],
  ClusterRole: [NAME, CREATED],
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
  CustomResourceDefinition: [NAME, CREATED],
  MutatingWebhookConfiguration: WEBHOOKS,
  ValidatingWebhookConfiguration: WEBHOOKS,
  PriorityClass: [
    NAME,
    count('Value', ({ value }) => value),
    text('Global-Default', ({ globalDefault }) => String(globalDefault ?? false)),
    AGE,
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy),
  ],
};

/** Columns of a built-in kind, as the real server prints them. */
export const columnsOf = (kind: string): readonly Column[] => COLUMNS[kind] ?? [NAME, AGE];
