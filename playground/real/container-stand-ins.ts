import type { Mutable } from '../control/kit.ts';

/** Images that run instead of the operators' own; any that have what the line says. */
export interface StandInImages {
  /** A shell with `sleep`, for every container that only has to stay up or to end well. */
  readonly stay: string;
  /** A PostgreSQL server with initdb, pg_basebackup and a shell, for database pods. */
  readonly postgres: string;
}

/** Images of the stand-ins. Exported for tests. */
export const DEFAULT_IMAGES: StandInImages = { stay: 'docker.io/library/busybox:1.37', postgres: 'docker.io/library/postgres:17' };

/** Waits for TERM, which a first process has to ask for. */
const STAY = ['sh', '-c', "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done"];
const END = ['sh', '-c', 'exit 0'];

/**
 * The pod's spec with what the stand-in's containers run on a real node: database servers run, Jobs end, everything else stays up. The operators'
 * own images never start: they would act beside the stand-ins.
 */
export const withStandIns = (pod: Mutable, images: StandInImages): Mutable['spec'] => {
  const isDatabase = pod.metadata.labels?.['app.kubernetes.io/name'] === 'postgreses.kubedb.com';
  const owners = (pod.metadata as { ownerReferences?: { kind: string }[] }).ownerReferences ?? [];
  const ends = owners.some(({ kind }) => kind === 'Job');
  const played = (container: any, command: readonly string[]): unknown => {
    const { args: _args, livenessProbe: _live, readinessProbe: _ready, startupProbe: _startup, ...rest } = container;
    return { ...rest, image: images.stay, imagePullPolicy: 'IfNotPresent', command };
  };
  return {
    ...pod.spec,
    ...(pod.spec.initContainers === undefined ? {} : { initContainers: pod.spec.initContainers.map((one: any) => played(one, END)) }),
    containers: pod.spec.containers.map((container: any) =>
      isDatabase && container.name === 'postgres' ? server(pod, container, images.postgres) : played(container, ends ? END : STAY),
    ),
  };
};

/** Replica 0 is the primary; the others copy it through its name in the slice and stream from it. There is no failover here. */
const SERVER = `
set -e
mkdir -p "$PGDATA" /var/run/postgresql
own() { if [ "$(id -u)" = 0 ]; then chown -R postgres "$PGDATA" /var/run/postgresql; chmod 700 "$PGDATA"; fi; }
run() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
own
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ "$PLAYED_INDEX" = 0 ]; then
    password=$(mktemp); echo "$POSTGRES_PASSWORD" >"$password"; chmod 644 "$password"
    run initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$password" --auth-host=scram-sha-256 --auth-local=trust
    rm -f "$password"
    printf 'host all all all scram-sha-256\\nhost replication all all scram-sha-256\\n' >>"$PGDATA/pg_hba.conf"
  else
    until PGPASSWORD="$POSTGRES_PASSWORD" run pg_basebackup -D "$PGDATA" -X stream -R -U "$POSTGRES_USER" \\
      -d "host=$PLAYED_PRIMARY application_name=$PLAYED_NAME connect_timeout=5"; do sleep 1; done
  fi
fi
own
if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=postgres --regid=postgres --clear-groups postgres; else set -- postgres; fi
exec "$@" -c listen_addresses='*' -c wal_keep_size=512MB -c wal_sender_timeout=10s -c wal_receiver_timeout=10s -c unix_socket_directories=/var/run/postgresql
`;

const server = ({ metadata }: Mutable, container: any, image: string): unknown => {
  const set = metadata.labels?.['app.kubernetes.io/instance'] ?? '';
  const index = metadata.labels?.['apps.kubernetes.io/pod-index'] ?? '0';
  const env = [
    ...(container.env ?? []),
    { name: 'PLAYED_INDEX', value: index },
    { name: 'PLAYED_NAME', value: metadata.name },
    { name: 'PLAYED_PRIMARY', value: `${set}-0.${set}-pods.${metadata.namespace ?? ''}.svc.slice.local` },
  ];
  return {
    ...container,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', SERVER],
    env: env.filter(({ name }, at) => env.findIndex((one) => one.name === name) === at),
    readinessProbe: { exec: { command: ['pg_isready', '-h', '/var/run/postgresql', '-U', 'postgres', '-d', 'postgres'] }, periodSeconds: 1 },
  };
};

/** The role that pg-coordinator would put on the pod. */
export const roleOf = (pod: Mutable): string | undefined => {
  if (pod.metadata.labels?.['app.kubernetes.io/name'] !== 'postgreses.kubedb.com') return undefined;
  return pod.metadata.labels['apps.kubernetes.io/pod-index'] === '0' ? 'primary' : 'standby';
};
