import type { Run } from '../../src/domain/run.ts';
import { testDatabase, testFleet } from './fleet.ts';
import { alice } from './installation.ts';

/** A deploy as a store takes it, just asked for by alice. */
export const queuedRun = (id: string, changes: Partial<Run> = {}): Run => ({
  id,
  kind: 'deploy',
  database: testDatabase,
  fleet: testFleet,
  state: 'queued',
  requestedBy: alice,
  requestedAt: '2026-11-22T14:00:00.000Z',
  thread: { channel: 'C1' },
  attempt: 1,
  phase: 'plan',
  outcomes: {},
  revision: 0,
  ...changes,
});
