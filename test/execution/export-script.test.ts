import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bash, type Bash, written } from '../../src/domain/by-hand.ts';
import { exportFiles } from '../../src/execution/export/script.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { releaseByHand } from '../../src/steps/by-hand/helm.ts';
import { exportWalk, type Round } from '../../src/walk/walk-export.ts';
import { databaseOf, fleetOf } from '../support/fleet.ts';
import { testWalk } from '../support/walk.ts';

/** What people, clusters and attackers call things. */
const NASTY = [
  'plain',
  '',
  ' ',
  "it's",
  '"',
  '\\',
  '$(touch pwned)',
  '`touch pwned`',
  '${HOME}',
  '; touch pwned',
  '&& touch pwned',
  '| touch pwned',
  '> pwned',
  'a\nb',
  'a\n',
  '\n# b',
  '#',
  '*',
  '~',
  '!!',
  '-n',
  '--context=other',
  'no',
  'on',
  '0x10',
  '1e3',
  '2026-01-01',
  'null',
  'a: b',
  '- a',
  '<time of the claim>',
  'é ✓ 日本',
  '\u202Eevil',
  "'; touch pwned; '",
  '}"; touch pwned; "{',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pgdist-script-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a bash of nothing but these lines prints. */
const ran = (script: string): string => {
  const file = join(folder, 'script.sh');
  writeFileSync(file, script);
  return execFileSync('bash', [file], { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere' } });
};
const noFile = (): never => {
  throw new Error('no file is named here');
};
const bashOf = (one: Bash): string => written(one, noFile);

test('a value in a line is one word of bash, whatever it holds', () => {
  const lines = NASTY.map((value) => bashOf(bash`printf '%s\\0' ${value} ${`--flag=${value}`}`));
  expect(ran(lines.join('\n')).split('\0').slice(0, -1)).toEqual(NASTY.flatMap((value) => [value, `--flag=${value}`]));
});

test('a chart is one word of its helm, whatever it holds, and another one may be named', () => {
  const upgrade = (chart: string): string => {
    const release = {
      cluster: 'tokyo',
      release: 'kubedb',
      namespace: 'kubedb',
      version: 'v1',
      labels: {},
      values: {},
      secretFiles: {},
      helmTimeoutMs: 1_000,
      verifyTimeoutMs: 1_000,
    };
    const { does } = releaseByHand(fleetOf(['tokyo', 'osaka']), { ...release, chart });
    return does.map((one) => written(one, () => 'file')).join('\n');
  };
  const script = (lines: readonly string[]): string => ['here=.', `run() { printf '%s\\0' "\${@: -1}"; }`, ...lines].join('\n');
  const charts = NASTY.filter((chart) => chart !== '');
  expect(
    ran(script(charts.map(upgrade)))
      .split('\0')
      .slice(0, -1),
  ).toEqual(charts);
  expect(ran(script(['KUBEDB_CHART=mine', upgrade('theirs')]))).toBe('mine\0');
});

test('a file of YAML says to a reader of YAML 1.1, as kubectl is one, what was meant', () => {
  const content = { strings: NASTY, keys: Object.fromEntries(NASTY.map((key) => [key, key])), numbers: [1, 1.5], flags: [true, false, null] };
  const byHand = { does: [bash`cat ${{ file: { name: 'nasty.yaml', content } }}`], awaits: [] };
  const rounds: Round[] = [[{ id: 'a', title: 'a', stage: 'a', gate: false, byHand }]];
  const fleet = fleetOf(['tokyo', 'osaka']);
  const files = exportFiles({ run: 'r1', fleet, database: databaseOf(['tokyo', 'osaka']), rounds, at: new Date(0) });
  expect(files.map(({ path }) => path)).toEqual(['run.sh', 'manifests/001-nasty.yaml']);
  expect(parse(files[1]!.text, { version: '1.1' })).toEqual(content);
});

/** The script of a fleet whose every name is a mark, with one node for each cluster. */
const roundsOf = async (): Promise<{ readonly rounds: readonly Round[]; readonly files: ReturnType<typeof exportFiles> }> => {
  const { tools, clusters } = testWalk();
  const names = ['tokyo', 'osaka'] as const;
  const demo = fleetOf(names, {
    kubeslice: { project: 'zqproject', chart: 'oci://zqchart' },
    slice: { name: 'zqslice' },
    kubedb: { namespace: 'zqkubedb' },
  });
  const fleet = { ...demo, clusters: demo.clusters.map((cluster) => ({ ...cluster, context: `zq${cluster.name} $(touch pwned)` })) };
  const database = { ...databaseOf(names), name: 'zqpostgres', namespace: 'zqdemo' };
  for (const name of names)
    clusters[name].put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'zqnode' },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { operatingSystem: 'linux', architecture: 'amd64' } },
    });
  const rounds = await exportWalk(distributedPostgres(fleet, database), { ...tools, fleet, installation: 'zqinstallation' });
  if (!('length' in rounds)) throw new Error(JSON.stringify(rounds.problems));
  return { rounds, files: exportFiles({ run: 'r1', fleet, database, rounds, at: new Date(0) }) };
};

test('no name of a fleet or a cluster is bash: each is a word that is quoted, or in a file', async () => {
  const { rounds, files } = await roundsOf();
  const all = rounds.flat().flatMap(({ byHand }) => [...byHand.does, ...byHand.awaits]);
  const unquoted = all.flatMap(({ parts }) => parts.filter((part) => typeof part === 'string' && /zq|tokyo|osaka/.test(part)));
  expect(unquoted).toEqual([]);
  const script = join(folder, 'run.sh');
  writeFileSync(script, files[0]!.text);
  execFileSync('bash', ['-n', script]);
  expect(files[0]!.text).toContain("kubectl --context 'zqtokyo $(touch pwned)'");
});

test('every step that writes or waits is in the script, and asks before the first that writes', async () => {
  const { files } = await roundsOf();
  const text = files[0]!.text;
  const steps = [...text.matchAll(/^step '([^\n]*)'$/gm)].map(([, title]) => title ?? '');
  expect(steps.length).toBeGreaterThan(25);
  const asked = text.indexOf('Type yes to go on');
  const body = text.indexOf("step 'Preflight: ");
  const firstWrite = text.slice(body).search(/^ *(?:until_taken|run) /m) + body;
  expect(asked).toBeGreaterThan(body);
  expect(asked).toBeLessThan(firstWrite);
});

test('places in a file are filled as they are, wherever they stand', () => {
  const prelude = exportFiles({
    run: 'r1',
    fleet: fleetOf(['tokyo', 'osaka']),
    database: databaseOf(['tokyo', 'osaka']),
    rounds: [],
    at: new Date(0),
  })[0]!.text;
  const functions = prelude.slice(prelude.indexOf('\nfill() {'), prelude.indexOf('\n# CONTEXT NAMESPACE SECONDS'));
  writeFileSync(join(folder, 'text'), 'a <x> & <x>\n<y>\n\n');
  expect(ran(`set -eu\n${functions}\nfill text '<x>' '\\1 & $HOME' '<y>' '<x>'`)).toBe('a \\1 & $HOME & \\1 & $HOME\n<x>\n\n');
});
