import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../playground/control/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let folder: string;
let playground: TestPlayground;
const ports = { bot: 0, worker: 0 };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-metrics-'));
  [ports.bot, ports.worker] = [await freePort(), await freePort()];
  const environmentOf = (process: 'bot' | 'worker', environment: Readonly<Record<string, string>>) => ({
    ...environment,
    HEALTH_PORT: String(ports[process]),
  });
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60, environmentOf });
});
afterAll(async () => {
  await playground?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A line of that metric of the worker which has these labels, in whatever order. */
const sample = (name: string, labels: Readonly<Record<string, string>>, value: string): RegExp => {
  const wanted = Object.entries({ ...labels, process: 'worker' }).map(([label, is]) => `(?=[^}]*\\b${label}="${is}")`);
  return new RegExp(`^${name}\\{${wanted.join('')}[^}]*\\} ${value}$`, 'm');
};

const metricsOf = async (process: 'bot' | 'worker'): Promise<string> => (await fetch(`http://127.0.0.1:${ports[process]}/metrics`)).text();

test('a deploy, a status and a stopped standby are seen in the metrics of the worker', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait succeeded
    alice: /pgdist status postgres
    expect healthy
  `);
  const well = await metricsOf('worker');
  expect(well).toMatch(sample('pgdist_runs_ended_total', { fleet: 'demo', kind: 'deploy', state: 'succeeded' }, '1'));
  expect(well).toMatch(sample('pgdist_step_duration_seconds_count', { fleet: 'demo', step: 'kubedb/operator-installed' }, '1'));
  expect(well).toMatch(
    sample('pgdist_cluster_request_duration_seconds_count', { fleet: 'demo', cluster: 'demo-worker', kind: 'write' }, '[1-9]\\d*'),
  );
  expect(well).toMatch(/^pgdist_slack_requests_total\{method="chat.postMessage",outcome="answered",process="worker"\} [1-9]\d*$/m);
  expect(well).toMatch(/^pgdist_database_healthy\{fleet="demo",database="postgres",process="worker"\} 1$/m);
  expect(well).toMatch(
    /^pgdist_replication_lag_bytes\{fleet="demo",database="postgres",cluster="demo-worker",pod="postgres-1",process="worker"\} \d+$/m,
  );
  await playground.play(`
    fleet: stop postgres-1
    alice: /pgdist status postgres
    expect 1 of 2 standbys is missing
  `);
  const ill = await metricsOf('worker');
  expect(ill).toMatch(/^pgdist_database_healthy\{fleet="demo",database="postgres",process="worker"\} 0$/m);
  expect(ill).not.toMatch(/^pgdist_replication_lag_bytes\{.*pod="postgres-1"/m);
  expect(await metricsOf('bot')).toMatch(/^pgdist_ready\{process="bot"\} 1$/m);
});

/** Debian's package prometheus; where it is not installed nothing here can be looked at. */
const isInstalled = spawnSync('prometheus', ['--version']).status === 0;

describe.skipIf(!isInstalled)('a real Prometheus', () => {
  let server: ChildProcess;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    const targets = Object.values(ports).map((at) => `127.0.0.1:${at}`);
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [new URL('../../helm/pgdist/files/alerts.yaml', import.meta.url).pathname],
      scrape_configs: [{ job_name: 'pgdist', static_configs: [{ targets }] }],
    };
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const options = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    server = spawn('prometheus', [...options, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  });
  afterAll(async () => {
    if (server?.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit');
  });
  const ask = async (path: string): Promise<{ readonly data: unknown }> =>
    (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as { data: unknown };
  const valueOf = async (query: string): Promise<string | undefined> =>
    ((await ask(`query?query=${encodeURIComponent(query)}`)).data as { result: { value: [number, string] }[] }).result[0]?.value[1];

  test('scrapes both processes, and takes every alert', async () => {
    await eventually(async () => expect(await valueOf('count(up == 1)')).toBe('2'));
    await eventually(async () => expect(await valueOf('max(pgdist_workers_alive)')).toBe('1'));
    expect(await valueOf('pgdist_database_healthy')).toBe('0');
    await eventually(async () => {
      const { groups } = (await ask('rules')).data as { groups: { rules: { name: string; health: string }[] }[] };
      const rules = groups.flatMap(({ rules: of }) => of);
      expect(rules.length).toBeGreaterThan(10);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    });
  });

  const alerts = async (): Promise<string[]> =>
    ((await ask('alerts')).data as { alerts: { labels: { alertname: string } }[] }).alerts.map(({ labels }) => labels.alertname);

  test('sees the database that needs a look, and the worker that is gone', async () => {
    await eventually(async () => expect(await alerts()).toContain('PgdistDatabaseUnhealthy'));
    expect(await alerts()).not.toContain('PgdistNoWorker');
    await playground.worker.kill();
    await eventually(async () => expect(await alerts()).toContain('PgdistNoWorker'));
    await playground.worker.start();
    await eventually(async () => expect(await alerts()).not.toContain('PgdistNoWorker'));
  });
});
