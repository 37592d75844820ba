import { expect, test } from 'vitest';
import { fleetPicture } from '../../../src/adapters/slack/picture/fleet-picture.ts';
import { pngOf } from '../../../src/adapters/slack/picture/raster.ts';
import { tableOf as statusTable } from '../../../src/adapters/slack/render/verdict.ts';
import type { Database } from '../../../src/domain/database.ts';
import type { Fleet } from '../../../src/domain/fleet.ts';
import type { ReplicationRow, ReplicationTable } from '../../../src/domain/replication.ts';
import { at, missingStatus, silentStatus, succeeded } from './fixtures.ts';
import { replication } from './fixtures/replication.ts';

const { fleet, database } = succeeded;

const fleetOf = (count: number): Fleet => ({
  ...fleet,
  hub: 'cluster-00',
  clusters: Array.from({ length: count }, (_, index) => ({ ...fleet.clusters[0]!, name: `cluster-${String(index).padStart(2, '0')}` })),
});

const rowOf = (index: number, clusters: number): ReplicationRow => {
  const cluster = `cluster-${String(index % clusters).padStart(2, '0')}`;
  const pod = `postgres-${index}`;
  if (index === 0) return { pod, cluster, role: 'primary', state: 'running', timeline: 1 };
  if (index % 11 === 10) return { pod, cluster, role: 'unknown', state: 'unheard', error: 'no answer in 2 s' };
  if (index % 7 === 6) return { pod, cluster, role: 'standby', state: 'missing', missingSince: { at: at('14:01'), source: 'pod gone' } };
  const sync = index === 1 ? 'sync' : 'async';
  return { pod, cluster, role: 'standby', state: 'streaming', lagBytes: index * 1_300_000, delayMs: index * 40, sync, via: 'slice' };
};

const tableOf = (replicas: number, clusters: number): ReplicationTable => ({
  ...replication,
  primary: { pod: 'postgres-0', cluster: 'cluster-00' },
  rows: Array.from({ length: replicas }, (_, index) => rowOf(index, clusters)),
});

const wide = (replicas: number, clusters: number): readonly [ReplicationTable, Database, Fleet] => [
  tableOf(replicas, clusters),
  { ...database, replicas },
  fleetOf(clusters),
];

const PICTURES: Readonly<Record<string, readonly [ReplicationTable, Database, Fleet]>> = {
  'two-clusters': [replication, database, fleet],
  'standby-missing': [statusTable(missingStatus)!, database, fleet],
  'cluster-silent': [statusTable(silentStatus)!, database, fleet],
  'one-cluster': wide(3, 1),
  '16-clusters-64-replicas': wide(64, 16),
  'more-than-is-drawn': wide(90, 20),
};

test.each(Object.entries(PICTURES))('the picture of %s is the same, byte for byte, and says the same in words', async (name, given) => {
  const { svg, alt } = fleetPicture(...given);
  expect(fleetPicture(...given).svg).toBe(svg);
  await expect(svg).toMatchFileSnapshot(`golden/picture-${name}.svg`);
  await expect(`${alt}\n`).toMatchFileSnapshot(`golden/picture-${name}.alt.txt`);
  expect(alt.length).toBeLessThanOrEqual(1000);
});

test('a drawing becomes a PNG with the letters in it, without any font of the system', async () => {
  const sized = (bytes: Uint8Array): number[] => [Buffer.from(bytes).readUInt32BE(16), Buffer.from(bytes).readUInt32BE(20)];
  const [empty, written] = await Promise.all(
    ['', 'postgres-0'].map((text) =>
      pngOf(`<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><text x="5" y="20">${text}</text></svg>`),
    ),
  );
  expect(Buffer.from(written!).subarray(1, 4).toString()).toBe('PNG');
  expect(sized(written!)).toEqual([240, 80]);
  expect(written!.length).toBeGreaterThan(empty!.length + 200);
});

test('what is no drawing is refused as an Error, and the next is drawn all the same', async () => {
  await expect(pngOf('<svg')).rejects.toBeInstanceOf(Error);
  expect((await pngOf(fleetPicture(replication, database, fleet).svg)).length).toBeGreaterThan(1000);
});

test.each([
  '</text><script>alert(1)</script>',
  '&lt;&#0;',
  '"><image href="file:///etc/passwd"/>',
  '\u{0}\u{1b}[31m\ud800',
  '<![CDATA[',
  '𝕏'.repeat(300),
])('words of others are words in a picture too: %j', async (words) => {
  const rows = replication.rows.map((row) => ({ ...row, pod: words, cluster: words, state: words }));
  const { svg } = fleetPicture({ ...replication, database: words, version: words, rows }, database, { ...fleet, name: words, hub: words });
  expect([...svg.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag).filter((tag) => !['svg', 'rect', 'text', 'path', 'circle'].includes(tag!))).toEqual(
    [],
  );
  expect((await pngOf(svg)).length).toBeGreaterThan(1000);
});
