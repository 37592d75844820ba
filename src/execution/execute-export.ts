import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { wordsIn } from '../domain/by-hand.ts';
import type { Problem } from '../domain/problem.ts';
import { move, type Run } from '../domain/run.ts';
import { told } from '../domain/text.ts';
import { exportWalk, type Round, type Untold } from '../walk/walk-export.ts';
import { tarOf, type BundleFile } from './bundle/tar.ts';
import type { Execution } from './execution.ts';
import { asTyped } from '../domain/several-fleets.ts';
import { bounded } from './export/bound.ts';
import { exportFiles } from './export/script.ts';

const compress = promisify(gzip);

/** Makes a script of the run's steps and keeps it where the reporter finds it; fails where a step cannot be told, or where a file would hold a secret. */
export const executeExport = async ({ deps, writer, tools, conclude }: Execution): Promise<void> => {
  const run = writer.run();
  const startedMs = deps.clock.monotonicMs();
  const walked = await exportWalk(deps.procedures.deploy(run.fleet, run.database), tools);
  const fail = ({ step, problems }: Untold): void => {
    const at = deps.clock.now().toISOString();
    const failure = {
      stepId: step.id,
      stepTitle: step.title,
      cluster: step.cluster,
      problems: deps.redact(problems),
      at,
      afterMs: Math.round(deps.clock.monotonicMs() - startedMs),
    };
    conclude((current): Run => ({ ...move(current, 'failed'), failure, endedAt: at }));
  };
  if (!isRounds(walked)) return fail(walked);
  const at = deps.clock.now();
  const { rounds, leftOut } = bounded(walked, asTyped(run));
  const files = exportFiles({ run: run.about ?? run.id, fleet: run.fleet, database: run.database, rounds, at });
  const secretive = whereSecret(rounds, files, deps.redact);
  if (secretive !== undefined)
    return fail({ step: { id: 'export', title: 'the script holds no secret', cluster: run.fleet.hub }, problems: [holdsSecret(secretive)] });
  const folder = `${run.database.name}-on-${run.fleet.name}`;
  const bytes = await compress(
    tarOf(
      files.map((file) => ({ ...file, path: `${folder}/${file.path}` })),
      at,
    ),
  );
  await deps.store.keepBundle(run.id, bytes);
  const script = { files: files.length, bytes: bytes.length, ...(leftOut.length === 0 ? {} : { leftOut: leftOut.length }) };
  conclude((current): Run => ({ ...move(current, 'succeeded'), script, endedAt: at.toISOString() }));
};

const isRounds = (walked: readonly Round[] | Untold): walked is readonly Round[] => Array.isArray(walked);

/** The file that would hold what is hidden elsewhere. Of the lines it is the words that come from others: the rest is pgdist's own. */
const whereSecret = (rounds: readonly Round[], files: readonly BundleFile[], redact: (text: string) => string): string | undefined => {
  const isHidden = (text: string): boolean => redact(text) !== text;
  const words = rounds.flat().flatMap(({ byHand }) => [...byHand.does, ...byHand.awaits].flatMap(wordsIn));
  const [script, ...others] = files;
  return words.some(isHidden) ? script?.path : others.find(({ text }) => isHidden(text))?.path;
};

const holdsSecret = (path: string): Problem => ({
  code: 'PGD-056',
  what: told`The script of this run would hold what looks like a secret`,
  evidence: [`in ${path}; its words are not told here`],
  remedy: told`Take the secret out of the object that this file is made of (a name of a node, a value in pgdist.yaml), then export the run again.`,
});
