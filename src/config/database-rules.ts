import { numberOf } from '../domain/quantity.ts';
import type { Fault } from './faults.ts';
import type { PgdistFile } from './schema.ts';

type Written = PgdistFile['databases'][number];

/** Parameters that KubeDB writes itself, with what to write instead. */
const WRITTEN_BY_KUBEDB: readonly { readonly name: RegExp; readonly instead: string }[] = [
  { name: /^synchronous_(standby_names|commit)$/, instead: 'write streamingMode: Synchronous instead' },
  { name: /^ssl(_|$)/, instead: 'write tls and sslMode instead' },
  { name: /^(wal_keep_size|wal_keep_segments|max_slot_wal_keep_size)$/, instead: 'KubeDB keeps 1536 MB of WAL' },
  { name: /^(archive_(mode|command|library)|restore_command|recovery_.*)$/, instead: 'a PostgresArchiver of KubeDB archives' },
  {
    name: /^(primary_conninfo|primary_slot_name|hot_standby|wal_level|wal_log_hints|max_wal_senders)$/,
    instead: 'replication rests on what KubeDB sets',
  },
  {
    name: /^(data_directory|config_file|hba_file|ident_file|listen_addresses|port|unix_socket_.*)$/,
    instead: 'the place of a server in its pod is fixed',
  },
];

/** What KubeDB's webhook, Kubernetes or PostgreSQL would refuse of a database's settings in the middle of a deploy. */
export const databaseFaults = (database: Written, at: string): Fault[] => [
  ...encryption(database, at),
  ...synchronous(database, at),
  ...amounts(database, at),
  ...Object.keys(database.parameters ?? {}).flatMap((name) => {
    const owner = WRITTEN_BY_KUBEDB.find((one) => one.name.test(name));
    return owner === undefined ? [] : [{ path: `${at}.parameters.${name}`, message: `is set by KubeDB: ${owner.instead}` }];
  }),
];

const encryption = ({ tls, sslMode }: Written, at: string): Fault[] => {
  if (sslMode !== undefined && sslMode !== 'disable' && tls === undefined)
    return [
      {
        path: `${at}.sslMode`,
        message: `is ${sslMode}, which needs certificates: write tls: { issuer: { kind: ClusterIssuer, name: … } }, or sslMode: disable`,
      },
    ];
  if (sslMode === 'disable' && tls !== undefined)
    return [{ path: `${at}.sslMode`, message: 'is disable, and tls has an issuer: leave one of the two out' }];
  return [];
};

const synchronous = ({ streamingMode, replicas }: Written, at: string): Fault[] =>
  streamingMode === 'Synchronous' && replicas < 2
    ? [
        {
          path: `${at}.streamingMode`,
          message: 'is Synchronous with one replica: no standby could confirm a commit; write replicas: 3, or leave it out',
        },
      ]
    : [];

const amounts = ({ resources }: Written, at: string): Fault[] =>
  (['cpu', 'memory'] as const).flatMap((what) => {
    const [request, limit] = [resources?.requests?.[what], resources?.limits?.[what]];
    if (request === undefined || limit === undefined || (numberOf(request) ?? 0) <= (numberOf(limit) ?? Infinity)) return [];
    return [
      { path: `${at}.resources.limits.${what}`, message: `is ${limit}, less than the ${request} that are requested: write at least ${request}` },
    ];
  });
