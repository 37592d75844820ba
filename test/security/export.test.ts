import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { plainText } from '../../src/domain/text.ts';
import type { Execution } from '../../src/execution/execution.ts';
import { executeExport } from '../../src/execution/execute-export.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { folderFor } from '../support/folder.ts';
import { memoryStore } from '../support/memory-store.ts';
import { testWalk } from '../support/walk.ts';

const run: Run = {
  id: 'r7k2',
  kind: 'export',
  database: testDatabase,
  fleet: testFleet,
  state: 'verifying',
  requestedBy: { userId: 'U0ALICE', teamId: 'T0HOME' },
  requestedAt: '2026-11-28T01:02:03Z',
  about: 'r1aa',
  thread: { channel: 'C0DB' },
  attempt: 1,
  phase: 'verify',
  outcomes: {},
  revision: 0,
};

/** The run after its export from clusters with one node of that name each, and what it keeps. */
const exported = async (node: string) => {
  const { tools, clusters } = testWalk();
  const status = { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { operatingSystem: 'linux', architecture: 'amd64' } };
  for (const cluster of Object.values(clusters)) cluster.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: node }, spec: {}, status });
  const store = memoryStore();
  let after = run;
  await executeExport({
    deps: { store, redact: createRedactor().value, clock: tools.clock, procedures: { deploy: distributedPostgres } },
    writer: { run: () => after },
    tools,
    conclude: (change: (current: Run) => Run) => (after = change(after)),
  } as unknown as Execution);
  return { after, bytes: await store.bundle('r7k2') };
};

test('a script is kept as one archive with a file that can be run, and nothing in it looks like a secret', async () => {
  const { after, bytes } = await exported('node-1');
  expect(after).toMatchObject({ state: 'succeeded', script: { bytes: bytes?.length } });
  const folder = await folderFor();
  await writeFile(join(folder, 'script.tar.gz'), bytes ?? '');
  await promisify(execFile)('tar', ['-xzf', 'script.tar.gz'], { cwd: folder });
  const inside = join(folder, `${testDatabase.name}-on-${testFleet.name}`);
  expect(await readdir(inside)).toEqual(['manifests', 'run.sh']);
  const { stdout } = await promisify(execFile)('stat', ['-c', '%a', join(inside, 'run.sh')]);
  expect(stdout.trim()).toBe('755');
});

test('what a cluster says is not written into a script where it looks like a secret, and its words are told nowhere', async () => {
  const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
  const { after, bytes } = await exported(secret);
  expect(after.state).toBe('failed');
  expect(bytes).toBeUndefined();
  const [problem] = after.failure?.problems ?? [];
  expect(problem?.code).toBe('PGD-056');
  expect(plainText(problem!.what)).toBe('The script of this run would hold what looks like a secret');
  expect(JSON.stringify(after)).not.toContain(secret);
});
