import { expect, test } from 'vitest';
import type { Log } from '../../src/ports/log.ts';
import { anchorAudit, record, recordEnd, recordIntent, type AuditEntry } from '../../src/runs/audit.ts';
import { memoryStore } from '../support/memory-store.ts';
import { awaiting, NOW } from './bench.ts';

const keptLog = () => {
  const lines: string[] = [];
  const note = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) =>
    void lines.push(`${level} ${text} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error'), child: () => log };
  return { log, lines };
};
const entry: AuditEntry = { at: NOW, way: 'button', deed: 'approve', run: 'r1', outcome: 'asked' };

test('the head of the chain goes into the log at the start and with the end of each run, so that it is known outside of Redis', async () => {
  const store = memoryStore();
  const { log, lines } = keptLog();
  await anchorAudit({ store, log });
  await recordIntent({ store, log }, entry);
  await recordEnd({ store, log }, awaiting, { ...awaiting, state: 'expired', endedAt: NOW });
  const { hash } = await store.auditHead();
  expect(lines).toEqual([`info audit head {"seq":0,"hash":"${'0'.repeat(64)}"}`, `info audit head {"seq":2,"hash":"${hash}"}`]);
});

test('an intent that cannot be stored is no intent, an outcome that cannot is in the log', async () => {
  const store = { audit: () => Promise.reject(new Error('away')) };
  const { log, lines } = keptLog();
  await expect(recordIntent({ store, log }, entry)).rejects.toThrow('away');
  await record({ store, log }, { ...entry, outcome: 'done' });
  expect(lines).toEqual([expect.stringMatching(/^error audit entry not stored .*"deed":"approve".*"outcome":"done".*away/)]);
});

test('a stream that nobody exports and trims is complained about, now and then', async () => {
  const { log, lines } = keptLog();
  const grown = (kept: number) => ({ audit: async () => ({ seq: kept, hash: 'a', kept }), auditHead: async () => ({ seq: kept, hash: 'a', kept }) });
  for (const kept of [990_000, 1_010_000, 1_010_001, 1_020_000]) await recordIntent({ store: grown(kept), log }, entry);
  expect(lines.map((line) => /warn .*"kept":(\d+)/.exec(line)?.[1])).toEqual(['1010000', '1020000']);
  await anchorAudit({ store: grown(1_000_001), log });
  expect(lines.at(-1)).toMatch(/^warn the audit is long: export it and trim the stream/);
});

test('a start is not kept back by a store that is away', async () => {
  const { log, lines } = keptLog();
  await anchorAudit({ store: { auditHead: () => Promise.reject(new Error('away')) }, log });
  expect(lines).toEqual([expect.stringContaining('warn audit head not known')]);
});
