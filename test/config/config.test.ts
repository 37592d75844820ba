import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { ConfigurationError } from '../../src/config/faults.ts';
import { loadBotConfig, loadWorkerConfig } from '../../src/config/index.ts';

const example = readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'pgdist-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = (text: string, more: Record<string, string> = {}): NodeJS.ProcessEnv => {
  const path = join(folder, 'pgdist.yaml');
  writeFileSync(path, text);
  return { PGDIST_CONFIG: path, REDIS_URL: 'redis://127.0.0.1:1', SLACK_BOT_TOKEN: `xoxb-${randomUUID()}`, KUBECONFIG: 'kubeconfig', ...more };
};

const faultsOf = (text: string, more?: Record<string, string>): string[] => {
  try {
    loadWorkerConfig(environment(text, more));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
};

test('the address of the pages of problems may hold the place of the code', () => {
  const problemsUrl = 'https://docs.example/problems/{code}.md';
  const [{ slack }] = loadWorkerConfig(environment(`${example}\n  problemsUrl: ${problemsUrl}\n`)).fleets;
  expect(slack.problemsUrl).toBe(problemsUrl);
});

describe('the example', () => {
  const [config] = loadWorkerConfig(environment(example)).fleets;

  test("names the guide's two clusters, with the context as the name and an automatic gateway", () => {
    expect(config.fleet.clusters.map(({ name, context, gateway }) => [name, context, gateway.node, gateway.interface])).toEqual([
      ['demo-controller', 'demo-controller', 'auto', 'auto'],
      ['demo-worker', 'demo-worker', 'auto', 'auto'],
    ]);
  });

  test('finds the licence and the charts beside the file', () => {
    expect(config.licenceFile).toBe(join(folder, 'kubedb-licence.pem'));
    expect(config.fleet.kubedb.chart).toBe(join(folder, 'charts/kubedb'));
  });

  test("falls back to the guide's charts", () => {
    const [{ fleet }] = loadWorkerConfig(environment(example.replaceAll(/^ {2}chart: .*$/gm, ''))).fleets;
    expect(fleet.kubeslice.chart).toBe('oci://ghcr.io/appscode-charts/kubeslice-controller');
    expect(fleet.kubedb).toMatchObject({ chart: 'oci://ghcr.io/appscode-charts/kubedb', version: 'v2026.2.26' });
  });

  test('is the one that the README shows', () => {
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(example.trim());
  });
});

test('every fault is listed at once, each with its path', () => {
  const text = example
    .replace('cluster: demo-controller', 'cluster: demo-control')
    .replace('subnet: 10.1.0.0/16', 'subnet: 10.1.4.0/24')
    .replace('replicas: 3', 'replicas: three\n    tier: gold');
  const faults = faultsOf(text, { REDIS_URL: 'localhost' });
  expect(faults).toEqual([
    expect.stringMatching(/^REDIS_URL: must be a URL such as redis:/),
    expect.stringMatching(/^kubeslice\.slice\.subnet: must be a private \/16/),
    expect.stringMatching(/^databases\[0\]\.replicas: /),
    'databases[0].tier: is not a setting of pgdist',
  ]);
});

test('names that must agree are checked once the values are well formed', () => {
  const twice = example.replace(
    'databases:\n',
    'databases:\n  - { name: postgres, version: "17.2", replicas: 1, storage: 1Gi, placement: { demo-worker: [0] } }\n',
  );
  expect(faultsOf(twice.replace('cluster: demo-controller', 'cluster: hub'))).toEqual([
    'hub.cluster: there is no cluster hub under clusters (demo-controller, demo-worker)',
    expect.stringMatching(/^databases\[1\]\.name: postgres is there twice; KubeDB/),
  ]);
});

test.each([
  ['a gap', '[0, 3]'],
  ['a duplicate', '[0, 1, 2]'],
  ['fewer than the replicas', '[0]'],
])('placement indices with %s are refused', (_, indices) => {
  expect(faultsOf(example.replace('demo-controller: [0, 2]', `demo-controller: ${indices}`))).toEqual([
    expect.stringMatching(/^databases\[0\]\.placement: /),
  ]);
});

test('a placement on an unknown cluster names it', () => {
  expect(faultsOf(example.replace('demo-worker: [1]', 'tokyo: [1]')).join()).toContain('tokyo');
});

test('a file that is not there is named', () => {
  expect(() => loadWorkerConfig({ ...environment(example), PGDIST_CONFIG: join(folder, 'nowhere.yaml') })).toThrow(
    /nowhere\.yaml: there is no such file/,
  );
});

test('the bot needs a way for Slack to reach it, and gets neither kubeconfig nor licence', () => {
  expect(() => loadBotConfig(environment(example))).toThrow(/SLACK_APP_TOKEN: is not set, nor is SLACK_SIGNING_SECRET/);
  const config = loadBotConfig(environment(example, { SLACK_SIGNING_SECRET: 'shared by Slack', PORT: '3100' }));
  expect(config.delivery).toEqual({ kind: 'http', signingSecret: 'shared by Slack', port: 3100 });
  expect(JSON.stringify(config)).not.toMatch(/licence|kubeconfig/i);
});

describe('what becomes an argument of helm or clusteradm', () => {
  const flag = '--post-renderer=/tmp/x';
  test.each([
    'kubedb.chart',
    'kubedb.version',
    'kubeslice.chart',
    'kubeslice.version',
    'clusters[0].context',
    'clusters[0].storageClass',
    'clusters[0].gateway.node',
    'clusters[0].gateway.interface',
    'databases[0].version',
    'ocm.bundleVersion',
    'probeImage',
    'credentialPlugins[0]',
  ])('is refused where it would be taken for a flag: %s', (path) => {
    const document = parseDocument(example);
    const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
    document.setIn(
      keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      flag,
    );
    if (path === 'credentialPlugins[0]') document.set('credentialPlugins', [flag]);
    expect(faultsOf(document.toString()).filter((fault) => fault.startsWith(`${path}: must`)).length).toBeGreaterThan(0);
  });

  test('a chart whose address holds a password is refused', () => {
    expect(faultsOf(example.replace(/chart: .*charts\/kubedb.*/, 'chart: oci://user:pass@registry.example/kubedb'))).toEqual([
      expect.stringMatching(/^kubedb\.chart: must be .* without user, password/),
    ]);
  });
});

describe('watch', () => {
  const rulesOf = (text: string) => Object.fromEntries(loadWorkerConfig(environment(text)).fleets[0].watch);

  test('is every five minutes for each database, told in the first channel, unless somebody says otherwise', () => {
    expect(rulesOf(example)).toEqual({ postgres: { everyMs: 300_000, fallback: 'C0DATABASES' } });
  });

  test('of a database stands before that of the fleet, and off is off', () => {
    const fleet = `${example}\nwatch: { everyMinutes: 10, channel: C0ALERTS, quietHours: { timeZone: Europe/Vienna, from: "22:00", to: "07:00" } }\n`;
    const quietHours = { timeZone: 'Europe/Vienna', from: '22:00', to: '07:00', weekends: false };
    expect(rulesOf(fleet)).toEqual({ postgres: { everyMs: 600_000, fallback: 'C0DATABASES', channel: 'C0ALERTS', quietHours } });
    const own = fleet.replace('replicas: 3', 'replicas: 3\n    watch: { everyMinutes: 0.5 }');
    expect(rulesOf(own)).toMatchObject({ postgres: { everyMs: 30_000, channel: 'C0ALERTS' } });
    expect(rulesOf(fleet.replace('replicas: 3', 'replicas: 3\n    watch: { off: true }'))).toEqual({});
    expect(rulesOf(`${example}\nwatch: { off: true }\n`)).toEqual({});
  });

  test.each([
    ['everyMinutes: 5m', 'watch.everyMinutes: must be a number of minutes without a unit, 0.1 to 1440'],
    [
      'quietHours: { timeZone: Vienna, from: "22:00", to: "07:00" }',
      'watch.quietHours.timeZone: must be the IANA name of a time zone, such as Europe/Vienna; did you mean Europe/Vienna?',
    ],
    ['quietHours: { timeZone: UTC, from: "25:00", to: "07:00" }', 'watch.quietHours.from: must be a time of day such as "22:00"'],
  ])('%s is refused with what to write', (text, fault) => {
    expect(faultsOf(`${example}\nwatch: { ${text} }\n`)).toContain(fault);
  });
});
