import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CheckupRow } from '../../src/domain/checkup.ts';
import { pgdist } from '../support/command.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let playground: TestPlayground;
let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
  playground = await playgroundFor(TWO_CLUSTERS, { redisUrl: redis.url });
});
afterAll(async () => {
  await playground?.close();
  await redis?.close();
});
afterEach(() => playground.slack.faults.clear());

const environment = (changes: Record<string, string> = {}): Record<string, string> => ({
  ...playground.environment,
  SLACK_APP_TOKEN: playground.slack.appToken,
  ...changes,
});

const doctor = async (changes?: Record<string, string>): Promise<{ code: number | string; rows: CheckupRow[] }> => {
  const { code, out, err } = await pgdist(['doctor', '-o', 'json'], environment(changes));
  expect(err).toBe('');
  return { code, rows: (JSON.parse(out) as { rows: CheckupRow[] }).rows };
};
const said = (rows: readonly CheckupRow[], standing: CheckupRow['standing']): string[] =>
  rows.filter((row) => row.standing === standing).map(({ area, says }) => `${area}: ${says}`);

test('where all is well every area says so, and the exit code is 0', async () => {
  const { code, rows } = await doctor();
  expect(said(rows, 'fault')).toEqual([]);
  expect(said(rows, 'unknown')).toEqual([]);
  expect(code).toBe(0);
  expect([...new Set(rows.map(({ area }) => area))]).toEqual(['configuration', 'slack', 'redis', 'queue', 'workers', 'clusters', 'tools', 'disk']);
  expect(said(rows, 'well')).toEqual(
    expect.arrayContaining([
      'slack: a Socket Mode connection may be opened',
      'slack: pgdist is in channel C0DATABASES',
      'redis: one master, settings and rights are as pgdist needs them',
      'workers: a worker is alive',
      "clusters: the clock of demo-worker agrees with this machine's",
      expect.stringMatching(/^clusters: demo-controller answers and allows what is needed \(Kubernetes v1\.\d+\.\d+, all rights granted\)$/),
      expect.stringMatching(/^tools: helm and clusteradm are installed \(helm \S+, clusteradm \S+\)$/),
    ]),
  );
});

test('it looks and changes nothing: no message in Slack, and no write to a cluster', async () => {
  const requests = (): string[] => [...playground.fleet.apis.values()].flatMap((api) => api.requests);
  const before = requests().length;
  await doctor();
  const writes = requests()
    .slice(before)
    .filter((request) => /^(POST|PUT|PATCH|DELETE) /.test(request) && request.endsWith(' pgdist') && !request.includes('accessreviews'));
  expect(writes).toEqual([]);
  expect(playground.slack.messages('C0DATABASES')).toEqual([]);
});

test('what is broken is named with what to do, each in a line, and the exit code is 1', async () => {
  const config = join(playground.folder, 'elsewhere.yaml');
  const text = await readFile(join(playground.folder, 'pgdist.yaml'), 'utf8');
  await writeFile(config, text.replace('"C0DATABASES"', '"C0DATABASES", "C0NOWHERE"'));
  playground.fleet.apis.get('demo-worker')!.faults.down = true;
  const changed = environment({ PGDIST_CONFIG: config, SLACK_APP_TOKEN: 'xapp-not-ours' });
  const { code, out } = await pgdist(['doctor'], changed);
  playground.fleet.apis.get('demo-worker')!.faults.down = false;
  expect(code).toBe(1);
  expect(out).toMatch(/^slack +FAULT +Slack refuses the token in SLACK_APP_TOKEN \(invalid_auth\)/m);
  expect(out).toMatch(/^slack +FAULT +pgdist may not work in channel C0NOWHERE \(channel_not_found\) → /m);
  expect([...out.matchAll(/^clusters +FAULT +.*demo-worker.*\(PGD-001.* → .*kubectl --context demo-worker .*$/gm)]).toHaveLength(1);
  expect(out).toMatch(/^clusters +ok +demo-controller answers and allows what is needed/m);
});

test('a Redis that may evict, and one without a worker, are told', async () => {
  const other = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
  const { code, rows } = await doctor({ REDIS_URL: other.url });
  await other.close();
  expect(code).toBe(1);
  expect(said(rows, 'fault')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^redis: maxmemory-policy is allkeys-lru/), 'workers: no worker is alive: none was heard yet']),
  );
});

test('a Slack that does not answer is not known to be wrong: the exit code is 3', async () => {
  playground.slack.faults.always('auth.test', { kind: 'http', status: 503 });
  const { code, rows } = await doctor();
  expect(said(rows, 'unknown')).toEqual([expect.stringMatching(/^slack: Slack gives no answer/)]);
  expect(code).toBe(3);
});

test('what is not set here is left out, and does not count', async () => {
  const { KUBECONFIG: _, SLACK_BOT_TOKEN: __, SLACK_APP_TOKEN: ___, ...rest } = environment();
  const { code, out } = await pgdist(['doctor', '-o', 'json'], rest);
  const { rows } = JSON.parse(out) as { rows: CheckupRow[] };
  expect(said(rows, 'left-out').map((line) => line.split(':')[0])).toEqual(['slack', 'clusters']);
  expect(code).toBe(0);
});

test('every fault of the configuration is a line of its own', async () => {
  const { code, rows } = await doctor({ REDIS_URL: 'nonsense', PGDIST_CONFIG: '/nowhere/pgdist.yaml' });
  expect(code).toBe(1);
  expect(said(rows, 'fault')).toEqual([
    expect.stringMatching(/^configuration: REDIS_URL: /),
    'configuration: /nowhere/pgdist.yaml: there is no such file',
  ]);
});

test('an option that it does not have ends with 2', async () => {
  expect(await pgdist(['doctor', '-o', 'xml'])).toMatchObject({ code: 2, err: 'usage: pgdist doctor [--fleet NAME] [-o table|json|yaml]\n' });
});
