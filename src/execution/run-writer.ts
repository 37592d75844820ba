import { boundedOutcome, boundedRun, RUN_LIMITS, shownText } from '../domain/bounded.ts';
import { canonicalJson } from '../domain/digest.ts';
import type { Run, StepOutcome } from '../domain/run.ts';
import { without } from '../domain/run-moves.ts';
import type { Clock } from '../ports/clock.ts';
import { LeaseLostError, type WorkerLease } from '../ports/lease.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import { RunTooLargeError, StaleRevisionError, type RunStore } from '../ports/run-store.ts';
import type { Progress } from '../walk/progress.ts';
import { whileHeld } from './while-held.ts';

export interface RunWriter extends Progress {
  /** As it will be stored. */
  run(): Run;
  /** Stored soon, together with others: four times a second at most. */
  update(change: (run: Run) => Run): void;
  /** Stored when it resolves; tries again until the lease is lost, then rejects with LeaseLostError. */
  flush(): Promise<Run>;
  /** Nothing is written any more. */
  close(): void;
}

interface RunWriterDeps {
  readonly store: RunStore;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  /** Goes over what clusters told before it is cut. */
  redact<T>(value: T): T;
  readonly lease: WorkerLease;
  /** As stored. */
  readonly run: Run;
  /** Somebody else wrote the run: it is theirs now. */
  readonly onLost: (error: LeaseLostError) => void;
}

const INTERVAL_MS = 250;

/** The one writer of a run while its lease is held: compares and sets, wakes the reporter after each write. */
export const createRunWriter = ({ store, queue, clock, log, redact, lease, run: first, onLost }: RunWriterDeps): RunWriter => {
  const closed = new AbortController();
  let current = first;
  /** As it was stored last. */
  let stored = first;
  let revision = first.revision;
  const waiting = new Map<string, string>();
  /** What steps told since the run was looked at: one of hundreds of steps is not copied for each word of them. */
  const told = new Map<string, StepOutcome>();
  let isFurther = false;
  let dirty = { run: false, waiting: false };
  let scheduled = false;
  let lastMs = -Infinity;
  let tail: Promise<unknown> = Promise.resolve();

  const latest = (): Run => {
    if (told.size === 0) return current;
    const outcomes = { ...current.outcomes, ...Object.fromEntries(told) };
    current = { ...current, outcomes, ...(isFurther && current.begun !== undefined ? { begun: 1 } : {}) };
    told.clear();
    isFurther = false;
    return current;
  };
  const outcomeOf = (stepId: string): StepOutcome | undefined => told.get(stepId) ?? current.outcomes[stepId];

  const write = async (): Promise<void> => {
    if (closed.signal.aborted) return;
    lease.assertHeld();
    const what = dirty;
    dirty = { run: false, waiting: false };
    lastMs = clock.monotonicMs();
    try {
      if (what.run) {
        const saved = latest();
        ({ revision } = await store.save({ ...saved, revision }));
        stored = saved;
      }
      if (what.waiting) await store.setWaiting(first.id, Object.fromEntries(waiting));
    } catch (error) {
      dirty = { run: dirty.run || what.run, waiting: dirty.waiting || what.waiting };
      if (error instanceof RunTooLargeError) throw await giveUp(error);
      if (!(error instanceof StaleRevisionError)) throw error;
      const lost = new LeaseLostError(`run ${first.id} was written by somebody else`);
      onLost(lost);
      throw lost;
    }
    if (what.run || what.waiting) await queue.report(first.id);
  };
  /** Ends the run as it was stored last, without what made it too large; nothing else would store anything of it ever again. */
  const giveUp = async (error: RunTooLargeError): Promise<LeaseLostError> => {
    log.error({ error }, 'run too large to be stored');
    await store.save({ ...tooLarge(stored, clock.now()), revision });
    await queue.report(first.id);
    const lost = new LeaseLostError(`run ${first.id} was ended: ${error.message}`);
    onLost(lost);
    return lost;
  };
  const inTurn = (): Promise<void> => {
    const mine = tail.then(write);
    tail = mine.catch(() => undefined);
    return mine;
  };
  const later = async (): Promise<void> => {
    await clock.sleep(Math.max(0, lastMs + INTERVAL_MS - clock.monotonicMs()), closed.signal);
    scheduled = false;
    await inTurn().catch((error: unknown) => {
      log.debug({ reason: String(error) }, 'progress not stored yet');
      if (!lease.signal.aborted) schedule();
    });
  };
  const schedule = (): void => {
    if (scheduled || closed.signal.aborted) return;
    scheduled = true;
    later().catch(() => undefined);
  };
  const changed = (what: keyof typeof dirty): void => {
    dirty = { ...dirty, [what]: true };
    schedule();
  };
  const update = (change: (run: Run) => Run): void => {
    const before = latest();
    current = boundedRun(change(before), before, redact);
    changed('run');
  };

  return {
    run: () => ({ ...latest(), revision }),
    update,
    async flush() {
      await whileHeld({ lease, clock }, inTurn);
      return { ...latest(), revision };
    },
    close: () => closed.abort(),
    outcomeOf,
    outcome(stepId, words) {
      const outcome = boundedOutcome(redact(words));
      const before = outcomeOf(stepId);
      if (canonicalJson(before) === canonicalJson(outcome)) return;
      isFurther ||= hasEnded(outcome) && !hasEnded(before);
      told.set(stepId, outcome);
      changed('run');
    },
    waiting(stepId, words) {
      const text = words === undefined ? undefined : shownText(redact(words), RUN_LIMITS.waiting);
      if (waiting.get(stepId) === text) return;
      if (text === undefined) waiting.delete(stepId);
      else waiting.set(stepId, text);
      changed('waiting');
    },
    replication: (table) => update((run) => ({ ...run, replication: table })),
  };
};

const hasEnded = (outcome: StepOutcome | undefined): boolean => outcome?.state === 'done' || outcome?.state === 'in-place';

/** The run ended for its size: what was asked, approved and begun, without what clusters told. */
const tooLarge = (run: Run, now: Date): Run => ({
  ...without(run, 'plan', 'answer', 'replication', 'differences'),
  state: 'failed',
  outcomes: Object.fromEntries(Object.entries(run.outcomes).map(([id, { state }]) => [id, { state }])),
  bug: `What the clusters told of this run is more than pgdist stores (${RUN_LIMITS.runBytes / 2 ** 20} MiB), so it was ended. Its log has the size under run ${run.id}; what is done stays done.`,
  endedAt: now.toISOString(),
});
