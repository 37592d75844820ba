import { isTerminal, type Run } from '../../src/domain/run.ts';
import { CHANNEL } from '../../playground/people.ts';
import { type ClicksLab, patiently } from './lab.ts';
import { buttonsOf, type Press } from './press.ts';

/** What is wrong with a press by what its person saw; undefined: it is answered, and about the right run. */
export const faultOf = (done: Press, runs: ReadonlyMap<string, Run>): string | undefined => {
  const { way, told, runId, outcome } = done;
  const all = told.join('\n');
  if (way === 'none') return outcome === 'gone' ? 'the button was never there' : 'nobody answered';
  if (/bug of pgdist|undefined|\[object Object\]/.test(all)) return `no sentence: ${all}`;
  const own = runId === undefined ? undefined : runs.get(runId);
  const named = [...new Set(all.match(/\br[a-z0-9]{4}\b/g))].filter((id) => runs.has(id) && id !== runId);
  const foreign = named.filter((id) => runs.get(id)?.fleet.name !== own?.fleet.name || !allowed(all, id));
  if (own !== undefined && foreign.length > 0) return `names run ${foreign.join(', ')} in an answer about ${runId}: ${all}`;
  return undefined;
};

/** Another run is named where it is newer, holds the fleet or the database, is waited for, or was started by the click. */
const allowed = (text: string, id: string): boolean =>
  new RegExp(`(?:Newer: Run|Nothing was approved: Run|^Run|run) .{0,3}${id}`, 'm').test(text) ||
  new RegExp(`queued behind run (?:<[^|>]*\\||.{0,3})${id}`).test(text) ||
  text.includes(`Run \`${id}\` by`);

/** What was done more than once, or by nobody. */
export const doneTwice = async ({ record }: ClicksLab, runs: readonly Run[]): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const run of runs) {
    const { entries } = await patiently(() => record.store.auditOf(run.id, 10_000));
    const done = (...deeds: readonly string[]): number =>
      entries.filter(({ deed = '', outcome, started }) => deeds.includes(deed) && outcome === 'done' && started === undefined).length;
    const asked = (...deeds: readonly string[]): number =>
      entries.filter(({ deed = '', outcome }) => deeds.includes(deed) && outcome === 'asked').length;
    const rounds = 1 + (run.retries ?? 0);
    if (done('approve') > rounds) faults.push(`${run.id}: approved ${done('approve')} times in ${rounds} rounds`);
    if (done('reject') > 1) faults.push(`${run.id}: rejected ${done('reject')} times`);
    const again = done('retry', 'plan-again');
    // A process that was killed in between left the intent alone.
    if (again > rounds - 1 || asked('retry', 'plan-again') < rounds - 1) faults.push(`${run.id}: done again ${rounds - 1} times by ${again} deeds`);
    if (run.approval !== undefined && asked('approve') === 0) faults.push(`${run.id}: approved by nobody`);
  }
  return faults;
};

/** Buttons that a message still shows although what they decide is over. */
export const leftButtons = ({ slack }: ClicksLab, runs: readonly Run[]): readonly string[] =>
  runs.flatMap((run) => {
    const { ts } = run.thread;
    if (ts === undefined) return [];
    return slack.thread(CHANNEL, ts).flatMap((message) =>
      buttonsOf(message.blocks)
        .filter(({ action, blockId, value }) => value === run.id && isOver(run, action, blockId))
        .map(({ action }) => `${run.id} (${run.state}) still shows ${action}`),
    );
  });

const isOver = (run: Run, action: string, blockId: string): boolean => {
  if (action === 'approve' || action === 'reject') return run.state !== 'awaiting-approval';
  if (action === 'cancel') return isTerminal(run.state);
  if (action !== 'retry' && action !== 'plan-again') return false;
  return !isTerminal(run.state) || Number(/^[^:]+:(\d+):/.exec(blockId)?.[1] ?? 0) !== (run.retries ?? 0);
};
