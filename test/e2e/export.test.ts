import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { toolPaths } from '../../playground/tools.ts';
import { eventually, patienceMs } from '../support/eventually.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let folder: string;
let record: OpenRedis;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-export-'));
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 40 });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Unpacks the newest file of the channel, as somebody who downloaded it. */
const unpacked = async (): Promise<string> => {
  const { slack } = playground;
  const [file] = slack
    .messages(CHANNEL)
    .flatMap(({ ts }) => slack.thread(CHANNEL, ts))
    .flatMap(({ files }) => files)
    .filter(({ name }) => name.startsWith('script-'));
  const response = await fetch(new URL(`/files/${file!.id}`, playground.environment['SLACK_API_URL']));
  await writeFile(join(folder, 'script.tar.gz'), Buffer.from(await response.arrayBuffer()));
  await promisify(execFile)('tar', ['-xzf', 'script.tar.gz'], { cwd: folder });
  return join(folder, 'postgres-on-demo');
};

test('the exported script, run by hand against a bare fleet, ends in streaming standbys, and a deploy then finds nothing to change', async () => {
  await playground.play(`
    alice: /pgdist plan postgres
    wait planned
  `);
  const [planned] = await record.store.list(1);
  await playground.play(`
    alice: /pgdist export ${planned?.id ?? ''}
    wait succeeded
    expect run.sh and
    expect script-demo-postgres-
  `);
  const script = await unpacked();
  expect(writesOf(playground)).toEqual([]);

  const { helm, kubectl } = await toolPaths();
  const env = {
    PATH: [playground.fleet.bin, dirname(helm), dirname(kubectl), process.env['PATH']].join(delimiter),
    HOME: folder,
    KUBECONFIG: playground.fleet.kubeconfig,
    PGDIST_LICENCE_FILE: join(playground.folder, 'kubedb-licence.pem'),
  };
  const byHand = (tool: string, args: readonly string[]) =>
    execa(tool, [...args], { cwd: script, env, extendEnv: false, stdin: 'ignore', all: true, reject: false, timeout: patienceMs() });
  const unasked = await byHand('bash', ['run.sh']);
  expect(unasked.all).toContain('nobody can be asked here');
  expect(unasked.exitCode).toBe(1);

  const ran = await byHand('bash', ['run.sh', '--yes']);
  expect(ran.exitCode, ran.all.slice(-6000)).toBe(0);
  const question = ['exec', 'postgres-0', '-n', 'demo', '-c', 'postgres', '--context', 'demo-controller', '--'];
  const rows = await byHand('kubectl', [
    ...question,
    'psql',
    '-XAtq',
    '-U',
    'postgres',
    '-c',
    'SELECT application_name, state FROM pg_stat_replication',
  ]);
  expect(rows.stdout.split('\n').toSorted()).toEqual(['postgres-1|streaming', 'postgres-2|streaming']);

  await playground.play('alice: /pgdist deploy postgres');
  await eventually(async () => {
    const [deploy] = await record.store.list(1);
    expect(deploy).toMatchObject({ kind: 'deploy', plan: { steps: expect.any(Array) } });
    expect(deploy?.plan?.steps.filter(({ finding }) => finding.kind !== 'in-place' || finding.warnings !== undefined)).toEqual([]);
  });
  expect(writesOf(playground)).toEqual([]);
  const again = await byHand('bash', ['run.sh', '--yes']);
  expect(again.exitCode, again.all.slice(-6000)).toBe(0);
});
