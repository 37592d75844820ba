import type { KubeObject } from '../../src/kube-api/objects.ts';
import type { Program } from '../control/program.ts';
import type { Mutable, OperatorClient } from '../control/kit.ts';
import { containerShell } from './container-shell.ts';
import { psql } from './psql.ts';
import type { Member } from './member.ts';
import type { PostgresWorld } from './world.ts';

interface PostgresProgramsOptions {
  readonly world: PostgresWorld;
  /** Client of the cluster whose nodes run these programs: pg-coordinator labels its own pod through it. */
  readonly client: OperatorClient;
}

const POD = { apiVersion: 'v1', kind: 'Pod' } as const;
const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const;
const SECRET = { apiVersion: 'v1', kind: 'Secret' } as const;

/** What a container runs does not hang on labels, which a work that is applied again takes off. */
const isDatabase = (pod: Mutable): boolean => pod.spec.containers.some(({ name }: { name: string }) => name === 'pg-coordinator');

/** What runs in the containers of a KubeDB Postgres pod: a real server, and the coordinator that tells its role. */
export const postgresPrograms = ({ world, client }: PostgresProgramsOptions): Program[] => {
  void client.control(CLAIM, async () => undefined, {
    signal: world.signal,
    gone: async ({ metadata: { namespace = '', uid = '', labels } }) => {
      const name = labels?.['app.kubernetes.io/instance'];
      if (name !== undefined) await world.database(namespace, name).discard(uid);
    },
  });

  const server: Program = {
    name: 'postgres',
    claims: (pod, container) => container === 'postgres' && isDatabase(pod),
    async start(pod, container, { log }) {
      const claim = await claimOf(client, pod);
      const volume = claim?.metadata.uid ?? pod.metadata.uid ?? '';
      const member = world.database(pod.metadata.namespace ?? '', instanceOf(pod)).start({
        cluster: client.cluster,
        namespace: pod.metadata.namespace ?? '',
        pod: pod.metadata.name,
        index: Number(pod.metadata.name.split('-').at(-1)),
        voters: Number(environmentOf(pod, container)['REPLICAS'] ?? 1),
        podAddress: await addressOf(client, pod),
        volume,
        password: await passwordOf(client, pod),
        configuration: await configurationOf(client, pod),
        synchronous: environmentOf(pod, container)['STREAMING'] === 'synchronous',
        log,
      });
      const label = (role: string): void => {
        const { name, namespace = '' } = pod.metadata;
        void client.merge({ ...POD, namespace, name }, { metadata: { labels: { 'kubedb.com/role': role } } }).catch(() => undefined);
      };
      const end = member.onRole(label);
      // A folder of the container itself is on the node's disk, which has room.
      const capacity = claim === undefined ? undefined : capacityOf(claim);
      const shell = capacity === undefined ? {} : { shell: containerShell({ data: world.folderOf(volume), capacity }) };
      return {
        ready: member.ready,
        ended: member.ended,
        exec: (command, io) => run(member, command, { ...io, ...shell }),
        async stop() {
          end();
          await member.stop();
        },
      };
    },
  };

  const coordinator: Program = {
    name: 'pg-coordinator',
    claims: (pod, container) => container === 'pg-coordinator' && isDatabase(pod),
    async start(pod, _container, { log }) {
      log(`raft: voter ${pod.metadata.name} started`);
      return { stop: async () => undefined };
    },
  };
  return [server, coordinator];
};

type Io = Parameters<typeof psql>[2];

/** Commands of the image that people and controllers use: psql, pg_isready, and a shell around one of them. */
const run = async (member: Member, command: readonly string[], io: Io): Promise<number> => {
  const [program = '', ...argv] = command;
  const name = program.split('/').at(-1);
  if (name === 'psql') return psql(member.server, argv, io, member.translate);
  if (name === 'pg_isready') return isReady(member, io);
  io.stderr.write(`exec: "${program}": executable file not found in $PATH\n`);
  return 127;
};

const isReady = async (member: Member, io: Io): Promise<number> => {
  const ready = member.server !== undefined && member.role !== undefined;
  io.stdout.write(`/var/run/postgresql:5432 - ${ready ? 'accepting connections' : 'no response'}\n`);
  return ready ? 0 : 2;
};

const instanceOf = (pod: KubeObject): string => pod.metadata.labels?.['app.kubernetes.io/instance'] ?? pod.metadata.name.replace(/-\d+$/, '');

const environmentOf = (pod: Mutable, container: string): Record<string, string> => {
  const spec = pod.spec.containers.find(({ name }: { name: string }) => name === container);
  return Object.fromEntries((spec?.env ?? []).map(({ name, value }: { name: string; value?: string }) => [name, value ?? '']));
};

const addressOf = async (client: OperatorClient, pod: Mutable): Promise<string> => {
  const { name, namespace = '' } = pod.metadata;
  const address = pod.status?.podIP ?? (await client.get({ ...POD, namespace, name }))?.status?.podIP;
  if (address === undefined) throw new Error(`pod ${name} has no address`);
  return address;
};

/** Data stays with the claim: one that was deleted and made again is another volume. A pod without one keeps its data in itself. */
const claimOf = async (client: OperatorClient, pod: Mutable): Promise<Mutable | undefined> => {
  const { namespace = '' } = pod.metadata;
  const mount = (pod.spec.volumes ?? []).find((volume: any) => volume.persistentVolumeClaim !== undefined);
  if (mount === undefined) return undefined;
  const claim = await client.get({ ...CLAIM, namespace, name: mount.persistentVolumeClaim.claimName });
  if (claim?.metadata.uid === undefined) throw new Error(`claim ${mount.persistentVolumeClaim.claimName} does not exist`);
  return claim;
};

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** Bytes that a claim got, or asked for where nobody has said yet. */
const capacityOf = ({ spec, status }: Mutable): number | undefined => {
  const [, number, unit = ''] =
    /^(\d+(?:\.\d+)?)([KMGT]i|[kMGT])?$/.exec(status?.capacity?.storage ?? spec?.resources?.requests?.storage ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
};

/** The user's part of postgresql.conf, which is mounted from a Secret; empty without one. */
const configurationOf = async (client: OperatorClient, pod: Mutable): Promise<string> => {
  const mount = (pod.spec.volumes ?? []).find(({ name }: { name: string }) => name === 'custom-config');
  if (mount === undefined) return '';
  const name: string = mount.secret?.secretName ?? '';
  const secret = await client.get({ ...SECRET, namespace: pod.metadata.namespace ?? '', name });
  const encoded = secret?.data?.['user.conf'];
  if (encoded === undefined) throw new Error(`MountVolume.SetUp failed for volume "custom-config" : secret "${name}" not found`);
  return Buffer.from(encoded, 'base64').toString();
};

const passwordOf = async (client: OperatorClient, pod: Mutable): Promise<string> => {
  const name = `${instanceOf(pod)}-auth`;
  const secret = await client.get({ ...SECRET, namespace: pod.metadata.namespace ?? '', name });
  const encoded = secret?.data?.password;
  if (encoded === undefined) throw new Error(`Error: secret "${name}" not found`);
  return Buffer.from(encoded, 'base64').toString();
};
