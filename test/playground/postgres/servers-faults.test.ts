import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { simulatedTime } from '../../../playground/control/simulated-time.ts';
import type { FaultWorld } from '../../../playground/faults/fault.ts';
import { SERVERS } from '../../../playground/faults/servers.ts';
import { containerShell } from '../../../playground/postgres/container-shell.ts';
import type { Member } from '../../../playground/postgres/member.ts';
import { psql } from '../../../playground/postgres/psql.ts';
import { postgresWorld, type PostgresWorld } from '../../../playground/postgres/world.ts';
import { replicationFaults } from '../../../src/domain/replication-faults.ts';
import { replicationTable } from '../../../src/domain/replication-table.ts';
import { plainText } from '../../../src/domain/text.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { ClusterReader } from '../../../src/ports/cluster.ts';
import { askPod } from '../../../src/steps/postgres/ask-pod.ts';
import { eventually } from '../../support/eventually.ts';
import { databaseOf } from '../../support/fleet.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const GiB = 2 ** 30;
const PLACES = [
  { cluster: 'hub', podAddress: '10.42.0.80' },
  { cluster: 'spoke', podAddress: '10.43.0.81' },
];

let world: PostgresWorld;
let members: Member[];
beforeAll(async () => {
  world = await postgresWorld({
    root: await mkdtemp(join(tmpdir(), 'pg-')),
    time: simulatedTime(50),
    network: { link: () => true, sliceAddress: () => '10.1.0.12' },
  });
  members = PLACES.map((place, index) =>
    world.database('demo', 'postgres').start({
      ...place,
      namespace: 'demo',
      pod: `postgres-${index}`,
      index,
      voters: 2,
      volume: `volume-${index}`,
      password: 'unused',
      log: () => undefined,
    }),
  );
  await Promise.all(members.map(({ ready }) => ready));
});
afterAll(() => world?.close());

/** psql in a pod, as its exec runs it. */
const run = async (pod: string, command: readonly string[]) => {
  const member = members.find((one) => one.pod === pod)!;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const shell = containerShell({ data: world.folderOf(member.volume), capacity: 2 * GiB });
  const signal = new AbortController().signal;
  const exitCode = await psql(member.server, command.slice(1), { stdin: undefined, stdout, stderr, signal, shell }, member.translate);
  stdout.end();
  stderr.end();
  return { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
};

const faultWorld = {
  hub: 'hub',
  spoke: 'spoke',
  database: { namespace: 'demo', name: 'postgres', primary: 'postgres-0', remote: 'postgres-1' },
  async sql(_cluster: string, pod: string, statement: string) {
    const { exitCode, stdout, stderr } = await run(pod, ['psql', '-XAtq', '-U', 'postgres', '-c', statement]);
    if (exitCode !== 0) throw new Error(`${statement}: ${stderr}`);
    return stdout.trim();
  },
} as unknown as FaultWorld;

const database = { ...databaseOf(['hub', 'spoke']), replicas: 2, placement: { hub: [0], spoke: [1] } };

/** What is told of both servers, asked as a step asks them. */
const told = async () => {
  const pods = await Promise.all(
    members.map(({ cluster, pod }) =>
      askPod(
        { name: cluster, exec: (_target: unknown, command: readonly string[]) => run(pod, command) } as unknown as ClusterReader,
        { namespace: 'demo', pod },
        {
          clock: systemClock,
          signal: new AbortController().signal,
        },
      ),
    ),
  );
  const table = replicationTable({ database, sliceSubnet: '10.1.0.0/16', phase: 'Ready', pods, missingSince: {}, askedAt: '2026-03-01T14:00:00Z' });
  return { pods, ...replicationFaults(table, pods, 'tokyo') };
};

const nothingFound = async (): Promise<void> => {
  const { problems, pods } = await told();
  expect(problems.map(({ code, what }) => `${code} ${plainText(what)}`)).toEqual([]);
  for (const { answer } of pods) expect(answer).toMatchObject({ volumes: [{ holds: 'data', mount: '/var/pv' }], prepared: { count: 0 } });
};

test('two servers that are well raise nothing, and tell all that is asked', async () => {
  await eventually(nothingFound);
  expect((await told()).problems).toEqual([]);
});

test.each(SERVERS)('$id is named as $code, alone: $plants', async ({ plant, code, says }) => {
  const mend = await plant(faultWorld);
  try {
    await eventually(async () => {
      const { problems } = await told();
      expect(problems.map((problem) => problem.code)).toEqual([code]);
      const words = problems.flatMap(({ what, evidence, remedy }) => [plainText(what), ...evidence, plainText(remedy)]).join('\n');
      for (const word of says) expect(words).toContain(word);
    });
  } finally {
    await mend();
  }
  await eventually(nothingFound);
});
