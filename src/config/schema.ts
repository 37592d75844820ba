/** What a person writes in pgdist.yaml. Each description appears in the JSON Schema for editors. */
import { z } from 'zod';
import { DELETION_POLICIES, SSL_MODES, STREAMING_MODES } from '../domain/database.ts';
import { AUTO } from '../domain/fleet.ts';
import { TERMINAL_ROLES } from '../domain/terminal-people.ts';
import { policySchema } from './policy-schema.ts';
import {
  chartReference,
  cpu,
  distinct,
  dnsLabel,
  dnsSubdomain,
  image,
  interfaceName,
  link,
  parameterName,
  parameterValue,
  postgresVersion,
  privateSixteen,
  publicUrl,
  slackId,
  storage,
  timeOfDay,
  timeZone,
  version,
  word,
} from './values.ts';

const chart = (reference: string, pinned: string) => ({
  chart: chartReference().default(reference).describe('OCI reference of the chart (a mirror, for example) or a path beside this file'),
  version: version('2026.1.15').default(pinned).describe('Version of the chart'),
});

const cluster = z.strictObject({
  name: dnsLabel().describe('OCM name of the cluster, also its KubeSlice name'),
  context: word().optional().describe('Context in the kubeconfig; default: the name'),
  gateway: z
    .strictObject({
      node: dnsSubdomain().default(AUTO).describe('Node that carries the tunnel; auto: a node labelled already, else the first that can'),
      interface: interfaceName().default(AUTO).describe("The gateway node's network interface; auto: found on the node"),
    })
    .prefault({}),
  storageClass: dnsSubdomain().optional().describe("StorageClass of the replicas; absent: the cluster's default class"),
});

const slice = z.strictObject({
  name: dnsLabel().describe('Name of the slice; immutable once applied'),
  subnet: privateSixteen().describe('Immutable once applied; must not overlap any pod, service or node network'),
  maxClusters: z.int().min(2).max(32).default(16).describe("Immutable once applied: the slice's subnet is cut by it"),
  bandwidthCeilingKbps: z.int().min(1).default(102_400).describe('Ceiling between clusters in kbit/s; copying a standby runs at this speed'),
  bandwidthGuaranteedKbps: z.int().min(1).default(51_200).describe('Kept for the slice when links are full, in kbit/s; not above the ceiling'),
});

const channel = slackId('CG', 'a channel (C…)', 'it stands at the end of the details of the channel in Slack');
const user = slackId('UW', 'a user (U…)', 'in Slack it is under "Copy member ID" in the menu of the profile');

const userOrGroup = slackId(
  'UWS',
  'a user (U…) or a user group (S…)',
  'in Slack it is under "Copy member ID" or "Copy group ID" in the menu of the profile or group',
);

/** How a database is looked at without being asked; each setting of a database stands before that of the fleet. */
const watch = z.strictObject({
  off: z.boolean().optional().describe('true: looked at only when somebody asks; default: false'),
  everyMinutes: z
    .number({ error: 'must be a number of minutes without a unit, 0.1 to 1440' })
    .min(0.1)
    .max(1440)
    .optional()
    .describe('Minutes between two looks, a fifth of it while something is wrong; default: 5'),
  channel: channel.optional().describe('Where alerts are told; default: the thread of the last deploy, or the first of slack.channels'),
  quietHours: z
    .strictObject({
      timeZone: timeZone().describe('IANA name, for example Europe/Vienna'),
      from: timeOfDay().describe('"22:00" in that time zone'),
      to: timeOfDay().describe('"07:00" in that time zone; before `from`: of the next day'),
      weekends: z.boolean().default(false).describe('true: the whole of Saturday and Sunday as well'),
    })
    .optional()
    .describe('Hours in which only dangers are told; the rest is told after them if it still lasts'),
});

/** Who may ask from a terminal: whoever the hub's API server knows by this name. */
const terminalPerson = z
  .strictObject({
    user: word().describe('Name of the user as `kubectl auth whoami` on the hub says it'),
    slack: user.optional().describe('The same person in Slack: what this member may, and what it asked for, counts alike'),
    role: z
      .enum(TERMINAL_ROLES)
      .optional()
      .describe('Instead of `slack`, for somebody without an account there, who then counts as a person of its own; member: may ask and not decide'),
  })
  .refine(({ slack, role }) => (slack === undefined) !== (role === undefined), {
    error: 'must have either slack (the member of Slack who it is) or role (member, approver or admin, for somebody who is not in Slack)',
  })
  .refine(({ user, role }) => role === undefined || !/^[UW][A-Z0-9]{2,20}$/.test(user), {
    path: ['user'],
    error: 'is written as the id of a member of Slack, and would count as that one: write slack instead of role',
  });

/** Each is a connection of the primary's and a copy of the data. */
const MOST_REPLICAS = 15;

/** Of CPU in cores, of memory in bytes, as Kubernetes writes them. */
const amounts = z.strictObject({
  cpu: cpu().optional().describe('Cores, or thousandths of one (500m)'),
  memory: storage().optional().describe('Bytes, such as 2Gi'),
});

const database = z.strictObject({
  name: dnsLabel(40).describe('Unique in the fleet'),
  namespace: dnsLabel().default('demo').describe('Namespace of the database, on every cluster that holds a replica'),
  version: postgresVersion().describe('A PostgresVersion of KubeDB, for example "17.2"'),
  replicas: z.int().min(1).max(MOST_REPLICAS).describe('Primary and standbys together'),
  storage: storage().describe("Size of each replica's volume"),
  placement: z
    .record(
      dnsLabel(),
      z
        .array(
          z
            .int()
            .min(0)
            .max(MOST_REPLICAS - 1),
        )
        .max(MOST_REPLICAS),
      {
        error: ({ input }) =>
          Array.isArray(input) ? 'is a list; write clusters with the replicas they hold: { cluster-a: [0, 2], cluster-b: [1] }' : undefined,
      },
    )
    .describe('Replica indices by cluster; together 0, 1, 2, … without a gap'),
  storageClass: dnsSubdomain().optional().describe("StorageClass of this database's replicas on every cluster; absent: as the cluster says"),
  resources: z
    .strictObject({
      requests: amounts.optional().describe('What a pod is given a place for; default of KubeDB: cpu 500m, memory 1Gi'),
      limits: amounts.optional().describe('What it may use at most, never less than it requests; default of KubeDB: memory 1Gi'),
    })
    .optional()
    .describe('CPU and memory of each PostgreSQL server; once the database exists, a PostgresOpsRequest alone changes them'),
  parameters: z
    .record(parameterName(), z.union([parameterValue(), z.number(), z.boolean()]))
    .optional()
    .describe('Of postgresql.conf, such as max_connections: 200; once the database exists, a PostgresOpsRequest alone changes them'),
  tls: z
    .strictObject({
      issuer: z.strictObject({
        kind: z.enum(['Issuer', 'ClusterIssuer']).describe('Kind of cert-manager on the hub'),
        name: dnsSubdomain().describe('Name of the issuer on the hub'),
      }),
    })
    .optional()
    .describe('Certificates of the servers, made by cert-manager on the hub'),
  sslMode: z.enum(SSL_MODES).optional().describe('What clients may do; default of KubeDB: disable, with tls verify-full'),
  streamingMode: z
    .enum(STREAMING_MODES)
    .optional()
    .describe('Synchronous: a commit waits until any one standby has received it; default of KubeDB: Asynchronous; fixed once the database exists'),
  deletionPolicy: z.enum(DELETION_POLICIES).default('Delete').describe('What KubeDB keeps when the Postgres object is deleted'),
  watch: watch.prefault({}).describe('How this database is watched, where that differs from `watch` of the fleet'),
});

const TERMINAL_PEOPLE = 500;

export const fileSchema = z.strictObject({
  fleet: dnsLabel().describe('Name of the fleet: the clusters of one hub'),
  hub: z.strictObject({
    cluster: dnsLabel().describe('Name of the cluster that is the hub'),
    apiServer: publicUrl().describe("https URL of the hub's API server as pods of the spokes reach it"),
  }),
  clusters: z.array(cluster).min(1).max(32).describe('In slice order: the first acts as WireGuard server and needs inbound UDP 30000-33000'),
  ocm: z.strictObject({ bundleVersion: version('1.3.1').default('1.3.1').describe('OCM bundle for the hub and all spokes') }).prefault({}),
  kubeslice: z.strictObject({
    ...chart('oci://ghcr.io/appscode-charts/kubeslice-controller', 'v2026.1.15'),
    project: dnsLabel(30).describe('KubeSlice Project; its namespace is kubeslice-PROJECT'),
    slice,
  }),
  kubedb: z.strictObject({
    ...chart('oci://ghcr.io/appscode-charts/kubedb', 'v2026.2.26'),
    namespace: dnsLabel().default('kubedb').describe('Namespace of the Helm release'),
    licenceFile: word(1_000).describe("File with the licence for the hub's kube-system UID; read by the worker alone"),
  }),
  probeImage: image().default('docker.io/library/busybox:1.37').describe('Image of the short pods that look at a node; needs ip and nc'),
  databases: z.array(database).min(1).max(100).describe('Each is deployed, looked at and told by itself'),
  credentialPlugins: distinct(word(), 20)
    .default([])
    .describe('Credential plugins (exec) of the kubeconfig that may run in the worker, as it writes their command: aws, gke-gcloud-auth-plugin'),
  slack: z.strictObject({
    channels: distinct(channel, 100).min(1).describe('Channels in which the commands work'),
    approvers: distinct(userOrGroup, 100).min(1).describe('Users (U…) and user groups (S…) who may approve, unless a rule of policy names others'),
    admins: distinct(user, 100).default([]).describe('Users who may retry and cancel the runs of others'),
    requesterMayApprove: z.boolean().default(false).describe('true: whoever asked for a plan may approve it, if an approver'),
    problemsUrl: link()
      .optional()
      .describe(
        'Where docs/problems/ is published, {code} in the place of the code: https://docs.example/problems/{code}.md; without {code} the address of docs/problems.md',
      ),
  }),
  policy: policySchema.prefault({}).describe('Who may ask and approve what, and when'),
  terminal: z
    .strictObject({
      people: z.array(terminalPerson).max(TERMINAL_PEOPLE).default([]).describe('Who may use pgdist from a terminal: nobody else'),
    })
    .prefault({}),
  approvalTimeoutMinutes: z
    .int({ error: 'must be a whole number of minutes without a unit, 1 to 1440' })
    .min(1)
    .max(1440)
    .default(30)
    .describe('A plan that nobody decided expires after this'),
  watch: watch.prefault({}).describe('How databases are watched, unless their own `watch` says otherwise'),
  redis: z.strictObject({ requirePersistence: z.boolean().default(true).describe('Refuse to start on a Redis without AOF') }).prefault({}),
});

export type PgdistFile = z.infer<typeof fileSchema>;
