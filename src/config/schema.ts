/** What a person writes in pgdist.yaml. Each description appears in the JSON Schema for editors. */
import { z } from 'zod';
import { DELETION_POLICIES } from '../domain/database.ts';
import { AUTO } from '../domain/fleet.ts';

const dnsLabel = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and "-", as Kubernetes names are');

const chart = (reference: string, version: string) => ({
  chart: z.string().min(1).default(reference).describe('OCI reference of the chart (a mirror, for example) or a path beside this file'),
  version: z.string().min(1).default(version).describe('Version of the chart'),
});

const cluster = z.strictObject({
  name: dnsLabel.describe('OCM name of the cluster, also its KubeSlice name'),
  context: z.string().min(1).optional().describe('Context in the kubeconfig; default: the name'),
  gateway: z
    .strictObject({
      node: z.string().min(1).default(AUTO).describe('Node that carries the tunnel; auto: a node labelled already, else the first that can'),
      interface: z.string().min(1).default(AUTO).describe("The gateway node's network interface; auto: found on the node"),
    })
    .prefault({}),
  storageClass: z.string().min(1).optional().describe("StorageClass of the replicas; absent: the cluster's default class"),
});

const slice = z.strictObject({
  name: dnsLabel,
  subnet: z
    .string()
    .regex(/^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/, 'must be a private /16 such as 10.1.0.0/16')
    .describe('Immutable once applied; must not overlap any pod, service or node network'),
  maxClusters: z.int().min(2).max(32).default(16).describe("Immutable once applied: the slice's subnet is cut by it"),
  bandwidthCeilingKbps: z.int().min(1).default(102_400).describe('Ceiling between clusters in kbit/s; copying a standby runs at this speed'),
  bandwidthGuaranteedKbps: z.int().min(1).default(51_200),
});

const database = z.strictObject({
  name: dnsLabel.max(40).describe('Unique in the fleet'),
  namespace: dnsLabel.default('demo'),
  version: z.string().min(1).describe('A PostgresVersion of KubeDB, for example "17.2"'),
  replicas: z.int().min(1).max(15),
  storage: z
    .string()
    .regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, 'must be a quantity such as 10Gi')
    .describe("Size of each replica's volume"),
  placement: z.record(z.string(), z.array(z.int().min(0))).describe('Replica indices by cluster; together 0, 1, 2, … without a gap'),
  deletionPolicy: z.enum(DELETION_POLICIES).default('Delete'),
});

const slackId = (letters: string, what: string) => z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{2,}$`), `must be the id of ${what}`);

export const fileSchema = z.strictObject({
  fleet: dnsLabel.describe('Name of the fleet: the clusters of one hub'),
  hub: z.strictObject({
    cluster: z.string().describe('Name of the cluster that is the hub'),
    apiServer: z.url({ protocol: /^https$/ }).describe("https URL of the hub's API server as pods of the spokes reach it"),
  }),
  clusters: z.array(cluster).min(1).describe('In slice order: the first acts as WireGuard server and needs inbound UDP 30000-33000'),
  ocm: z.strictObject({ bundleVersion: z.string().default('1.3.1').describe('OCM bundle for the hub and all spokes') }).prefault({}),
  kubeslice: z.strictObject({
    ...chart('oci://ghcr.io/appscode-charts/kubeslice-controller', 'v2026.1.15'),
    project: dnsLabel.max(30).describe('KubeSlice Project; its namespace is kubeslice-PROJECT'),
    slice,
  }),
  kubedb: z.strictObject({
    ...chart('oci://ghcr.io/appscode-charts/kubedb', 'v2026.2.26'),
    namespace: dnsLabel.default('kubedb'),
    licenceFile: z.string().min(1).describe("File with the licence for the hub's kube-system UID; read by the worker alone"),
  }),
  probeImage: z.string().min(1).default('docker.io/library/busybox:1.37').describe('Image of the short pods that look at a node; needs ip and nc'),
  databases: z.array(database).min(1),
  slack: z.strictObject({
    channels: z.array(slackId('CG', 'a channel (C…)')).min(1).describe('Channels in which the commands work'),
    approvers: z.array(slackId('UW', 'a user (U…)')).min(1).describe('Users who may approve'),
    admins: z.array(slackId('UW', 'a user (U…)')).default([]).describe('Users who may retry and cancel the runs of others'),
    requesterMayApprove: z.boolean().default(false),
    problemsUrl: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe('Where docs/problems.md is published: the codes of problems link to it'),
  }),
  approvalTimeoutMinutes: z.int().min(1).max(1440).default(30).describe('A plan that nobody decided expires after this'),
  redis: z.strictObject({ requirePersistence: z.boolean().default(true).describe('Refuse to start on a Redis without AOF') }).prefault({}),
});

export type PgdistFile = z.infer<typeof fileSchema>;
