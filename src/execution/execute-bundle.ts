import { move, type Run } from '../domain/run.ts';
import { bundlePlaces } from '../steps/bundle-places.ts';
import { bundleWalk } from '../walk/walk-bundle.ts';
import { bundleFiles, type Collected, indexText } from './bundle/bundle-files.ts';
import { packed } from './bundle/pack.ts';
import type { Execution } from './execution.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** Collects, hides what is secret, packs and keeps the bundle where the reporter finds it. */
export const executeBundle = async ({ deps, writer, tools, conclude }: Execution): Promise<void> => {
  const run = writer.run();
  const look = await bundleWalk(deps.procedures.deploy(run.fleet, run.database), (cluster) => bundlePlaces(run.fleet, run.database, cluster), tools);
  const about = await aboutOf(deps, run);
  const collected: Collected = { run, ...look, ...(about === undefined ? {} : { about }) };
  const files: { path: string; text: string }[] = [];
  for (const { path, value } of bundleFiles(collected)) {
    // Hiding takes time, and the lease of the run has to be renewed meanwhile.
    await deps.clock.sleep(0, tools.signal);
    files.push({ path: `bundle/${path}`, text: safeText(deps, value) });
  }
  const at = deps.clock.now();
  const { bytes, count } = await packed(files, (kept, leftOut) => safeText(deps, indexText(collected, kept, leftOut)), at);
  await deps.store.keepBundle(run.id, bytes);
  const silent = [...look.records].filter(([, { objects, texts }]) => objects.size + texts.size === 0).map(([cluster]) => cluster);
  const bundle = { files: count, bytes: bytes.length, silent };
  conclude((current): Run => ({ ...move(current, 'succeeded'), bundle, endedAt: at.toISOString() }));
};

/** Names and neighbours tell some secrets, the text as a whole tells others. */
const safeText = ({ redact }: Pick<WorkerDeps, 'redact'>, value: unknown): string =>
  typeof value === 'string' ? redact(value) : redact(JSON.stringify(redact(value), null, 1));

/** Of the run that was asked about, its last entries in the audit. */
const MOST_ENTRIES = 200;

/** A run that is gone meanwhile, or cannot be read, is left out: the bundle is about the clusters all the same. */
const aboutOf = async ({ store }: WorkerDeps, { about }: Run): Promise<Collected['about']> => {
  if (about === undefined) return undefined;
  const run = await store.get(about).catch(() => undefined);
  if (run === undefined) return undefined;
  const audit = await store.auditOf(about, MOST_ENTRIES).catch(() => undefined);
  return { run, ...(audit === undefined ? {} : { audit }) };
};
