import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { patienceMs } from '../support/eventually.ts';

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(`${root}docs/permissions.md`, 'utf8');
const table = (heading: string): string =>
  (page.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');

test.each([
  { heading: 'Hub', cluster: 'demo-controller' },
  { heading: 'Spoke', cluster: 'demo-worker' },
])('the table of the $heading is what npm run rbac -- --table prints', async ({ heading, cluster }) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['scripts/print-rbac.ts', '--config', 'examples/pgdist.yaml', '--cluster', cluster, '--table'],
    { cwd: root, timeout: patienceMs() },
  );
  expect(table(heading)).toBe(stdout.trim());
});

test('it says plainly what escalate and bind mean', () => {
  expect(page).toMatch(/\*\*`escalate` and `bind` on ClusterRoles: with these pgdist can make itself administrator of the cluster\.\*\*/);
});
