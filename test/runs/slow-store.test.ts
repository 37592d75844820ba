import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { ReplicationTable } from '../../src/domain/replication.ts';
import { measuredBefore } from '../../src/execution/measured-before.ts';
import { NOTHING_MEASURED } from '../../src/domain/measured.ts';
import { tableWithMemory } from '../../src/execution/last-streaming.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { startForwarder } from '../support/forwarder.ts';
import { alice, openInstallation } from '../support/installation.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis } from '../support/redis.ts';
import { queuedRun } from '../support/stored-run.ts';

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

test('runs are listed and audited while each answer of the store takes a second', async () => {
  const server = await startRedis();
  toClose.push(() => server.close());
  const address = await startForwarder(server.port);
  toClose.push(() => address.close());
  const installation = openInstallation({ url: `redis://127.0.0.1:${address.port}`, steps: [configMapStep('a')] });
  toClose.push(() => installation.close());
  await installation.worker();
  const run = await installation.reaches((await installation.start('status')).id, 'succeeded');
  address.slow(1_000);
  expect(await installation.runs.list(installation.asker(alice), 10)).toEqual([expect.objectContaining({ id: run.id, state: 'succeeded' })]);
  const { entries } = await installation.runs.audit({ ...installation.asker(alice), runId: run.id }, 10);
  expect(entries.map(({ deed }) => deed)).toContain('status');
});

test('a worker works on what was asked for while each answer of the store takes longer than Slack would wait', async () => {
  const server = await startRedis();
  toClose.push(() => server.close());
  const address = await startForwarder(server.port);
  toClose.push(() => address.close());
  const installation = openInstallation({ url: `redis://127.0.0.1:${address.port}`, commandTimeoutMs: 2_000, steps: [configMapStep('a')] });
  toClose.push(() => installation.close());
  const { id } = await installation.start('status');
  address.slow(850);
  await installation.worker();
  const run = await installation.reaches(id, 'succeeded');
  expect(run).toMatchObject({ kind: 'status', answer: { healthy: false } });
  expect(run.bug).toBeUndefined();
});

test.each(['plan', 'apply', 'verify'])('while the phase %s is walked, the store is asked only in ways that outlast its silence', (phase) => {
  const source = readFileSync(new URL(`../../src/execution/execute-${phase}.ts`, import.meta.url), 'utf8');
  const asking = source.split('\n').filter((line) => /\bstore\b/.test(line) && !line.startsWith('/**'));
  expect(asking.filter((line) => !line.includes('whileHeld('))).toEqual([]);
  const passing = source.split('\n').filter((line) => /\(deps[,)]/.test(line));
  expect(
    passing.filter((line) => !/tableWithMemory\(|mutedNow\(.*lagBefore\(|measuredBefore\(|awaitingApproval\(|thingsThatEnd\(/.test(line)),
  ).toEqual([]);
});

const TABLE: ReplicationTable = {
  database: 'postgres',
  namespace: 'demo',
  version: '17.2',
  phase: 'Ready',
  rows: [
    { pod: 'postgres-0', cluster: 'tokyo', role: 'primary', state: 'streaming' },
    { pod: 'postgres-1', cluster: 'osaka', role: 'unknown', state: 'missing' },
  ],
  notes: ['asked of the primary'],
  askedAt: '2026-11-22T14:00:00.000Z',
};

test('a plan stands without an estimate although the store does not answer what earlier runs took', async () => {
  const store = { ...memoryStore(), list: () => Promise.reject(new Error('Command timed out')) };
  expect(await measuredBefore({ store, log: quietLog }, queuedRun('r1'))).toBe(NOTHING_MEASURED);
});

test.each(['rememberStreaming', 'lastStreaming'] as const)(
  'a table that the clusters gave stands although the store does not answer %s',
  async (call) => {
    const store = { ...memoryStore(), [call]: () => Promise.reject(new Error('Command timed out')) };
    const found = await tableWithMemory({ store, log: quietLog }, queuedRun('r1', { replication: TABLE }));
    expect(found?.rows).toEqual(TABLE.rows);
    expect(found?.notes).toEqual([...TABLE.notes, 'last seen streaming: not known, the store of pgdist is slow or away']);
    const whole = { ...TABLE, rows: TABLE.rows.slice(0, 1) };
    expect((await tableWithMemory({ store, log: quietLog }, queuedRun('r1', { replication: whole })))?.notes).toEqual(TABLE.notes);
  },
);
