import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownOperators } from '../../playground/real/own-operators.ts';

const PLAYGROUND_CHART = join(import.meta.dirname, '../../playground/charts/kubeslice-controller');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-own-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'chart'));
  await writeFile(join(folder, 'bin', 'clusteradm'), '#!/bin/sh\n');
  await chmod(join(folder, 'bin', 'clusteradm'), 0o755);
  await symlink(PLAYGROUND_CHART, join(folder, 'link'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const own = (list: string | undefined, more: { kubeslice?: string; kubedb?: string; path?: string } = {}) =>
  ownOperators({ list, charts: { kubeslice: more.kubeslice, kubedb: more.kubedb }, path: more.path });

test('without a list the clusters bring nothing', () => {
  expect([...own(undefined), ...own('')]).toEqual([]);
});

test('an operator that nobody knows is refused by name', () => {
  expect(() => own('ocm,kubeslise')).toThrow('PGDIST_REAL names "kubeslise": it takes a list of ocm, kubeslice, kubedb');
});

test('OCM of the clusters needs a clusteradm on PATH', () => {
  expect(() => own('ocm', { path: join(folder, 'chart') })).toThrow('PGDIST_REAL=ocm needs the real clusteradm on PATH');
  expect([...own('ocm', { path: `/nowhere:${join(folder, 'bin')}` })]).toEqual(['ocm']);
});

test.each(['kubeslice', 'kubedb'] as const)('%s of the clusters is not installed by a chart of the playground’s', (operator) => {
  for (const chart of ['charts/kubeslice-controller', './real-chart', PLAYGROUND_CHART, `${PLAYGROUND_CHART}/`, join(folder, 'link')])
    expect(() => own(operator, { [operator]: chart }), chart).toThrow(
      `PGDIST_REAL=${operator} needs the real chart as ${operator}.chart of PGDIST_CONFIG`,
    );
  expect(() => own(operator, { [operator]: join(folder, 'lost') })).toThrow('is not there');
  for (const chart of ['oci://ghcr.io/appscode-charts/kubeslice-controller', join(folder, 'chart')])
    expect([...own(operator, { [operator]: chart })], chart).toEqual([operator]);
  expect([...own(operator)]).toEqual([operator]);
});

test('a chart of the playground’s is right where its stand-in runs', () => {
  expect([...own('kubedb', { kubeslice: 'charts/kubeslice-controller' })]).toEqual(['kubedb']);
});
