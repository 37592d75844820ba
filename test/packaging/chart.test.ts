import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readFileSync } from 'node:fs';
import { toolPaths } from '../../playground/tools.ts';

const run = promisify(execFile);
const chart = new URL('../../helm/pgdist', import.meta.url).pathname;
const example = parse(readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8')) as Record<string, unknown>;
let folder: string;
let helm: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-chart-'));
  ({ helm } = await toolPaths());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const valuesFile = async (changes: Record<string, unknown> = {}): Promise<string> => {
  const path = join(folder, 'values.json');
  const secret = (secretName: string) => ({ secretName });
  const values = {
    image: { repository: 'registry.example/pgdist', tag: '1' },
    config: example,
    slack: { ...secret('slack'), delivery: 'socket' },
    redis: secret('redis'),
    kubeconfig: secret('clusters'),
    licence: secret('licence'),
    ...changes,
  };
  await writeFile(path, JSON.stringify(values));
  return path;
};

interface Rendered {
  kind: string;
  metadata: { name: string };
  spec: { template: { spec: { containers: { env: { name: string }[]; volumeMounts: { name: string }[] }[] } } };
}
const render = async (changes?: Record<string, unknown>): Promise<Rendered[]> => {
  const { stdout } = await run(helm, ['template', 'pgdist', chart, '-f', await valuesFile(changes)]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Rendered);
};

test('helm lint --strict accepts the chart', async () => {
  const { stdout } = await run(helm, ['lint', '--strict', chart, '-f', await valuesFile()]);
  expect(stdout).toContain('0 chart(s) failed');
});

test('the bot gets no cluster credentials and no licence, the worker no signing secret', async () => {
  const objects = await render({ slack: { secretName: 'slack', delivery: 'http' } });
  const containerOf = (name: string) =>
    objects.find((object) => object.kind === 'Deployment' && object.metadata.name === name)!.spec.template.spec.containers[0]!;
  const names = (list: { name: string }[]) => list.map(({ name }) => name);
  expect(names(containerOf('pgdist-bot').env)).toContain('SLACK_SIGNING_SECRET');
  expect(names(containerOf('pgdist-bot').env)).not.toContain('KUBECONFIG');
  expect(names(containerOf('pgdist-bot').volumeMounts)).toEqual(['config']);
  expect(names(containerOf('pgdist-worker').env)).toContain('KUBECONFIG');
  expect(names(containerOf('pgdist-worker').env)).not.toContain('SLACK_SIGNING_SECRET');
});

test('values without an image are refused with the path of what is missing', async () => {
  await expect(render({ image: { tag: '1' } })).rejects.toThrow(/repository/);
});
