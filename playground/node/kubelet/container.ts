import type { Mutable } from '../../control/kit.ts';
import type { SimulatedTime } from '../../control/simulated-time.ts';
import type { Program, ProgramEnvironment, RunningContainer } from '../../control/program.ts';
import { stamp } from '../../control/objects.ts';
import { pullImage } from './image.ts';

/** What the kubelet knows of one container, in the API's form. */
interface ContainerState {
  state: { waiting?: any; running?: { startedAt: string }; terminated?: any };
  lastState: { terminated?: any };
  restartCount: number;
  ready: boolean;
  /** It ended and does not come back: exit code. */
  finalExitCode?: number;
}

export interface Container {
  readonly name: string;
  readonly state: ContainerState;
  readonly log: string[];
  running: RunningContainer | undefined;
  /** Ends the current program; with `keepDown` nothing comes back until `release`. */
  kill(exitCode: number, keepDown: boolean): void;
  release(): void;
}

interface ContainerOptions {
  readonly pod: Mutable;
  readonly name: string;
  readonly program: Program | undefined;
  readonly cluster: string;
  readonly time: SimulatedTime;
  readonly now: () => Date;
  /** Ends with the pod. */
  readonly signal: AbortSignal;
  readonly heldDown: boolean;
  readonly imageIsThere: (image: string) => boolean;
  /** Event of the pod. */
  readonly say: (reason: 'Failed' | 'BackOff', message: string) => void;
  readonly changed: () => void;
}

/** kubelet: 10 s, doubled up to five minutes, forgotten after ten good minutes. */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;
const FORGET_BACKOFF_MS = 600_000;
/** What a container of a Job does that no program claims. */
const UNCLAIMED_JOB_MS = 2_000;
const LOG_LINES = 5_000;

/** Runs one container of a pod by its restart policy until the pod's signal ends it. */
export const runContainer = (options: ContainerOptions): Container => {
  const { pod, name, now, signal, changed } = options;
  let killed = Promise.withResolvers<number>();
  let released: PromiseWithResolvers<void> | undefined = options.heldDown ? Promise.withResolvers<void>() : undefined;
  const container: Container = {
    name,
    state: { state: { waiting: { reason: 'ContainerCreating' } }, lastState: {}, restartCount: 0, ready: false },
    log: [],
    running: undefined,
    kill(exitCode, keepDown) {
      if (keepDown) released ??= Promise.withResolvers<void>();
      killed.resolve(exitCode);
    },
    release() {
      released?.resolve();
      released = undefined;
    },
  };
  const { state } = container;

  const loop = async (): Promise<void> => {
    const pulled = await pullImage({
      image: pod.spec.containers.find((spec: { name: string }) => spec.name === name)?.image ?? '',
      isThere: options.imageIsThere,
      time: options.time,
      signal,
      say: options.say,
      waiting(waiting) {
        state.state = { waiting };
        changed();
      },
    });
    if (!pulled) return;
    let backoffMs = 0;
    while (!signal.aborted) {
      const startedAt = now();
      const exitCode = await once(startedAt);
      if (signal.aborted) return;
      const terminated = {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: stamp(startedAt),
        finishedAt: stamp(now()),
      };
      state.ready = false;
      const policy = pod.spec.restartPolicy ?? 'Always';
      if (released === undefined && (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0))) {
        state.state = { terminated };
        state.finalExitCode = exitCode;
        return changed();
      }
      if (options.time.between(startedAt, now()) > FORGET_BACKOFF_MS) backoffMs = 0;
      state.lastState = { terminated };
      const message = `back-off restarting failed container=${name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
      if (backoffMs > 0 || released !== undefined) {
        state.state = { waiting: { reason: 'CrashLoopBackOff', message } };
        changed();
      }
      if (!(await options.time.after(backoffMs, signal))) return;
      if (released !== undefined) await ended(released.promise, signal);
      backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs === 0 ? FIRST_BACKOFF_MS : backoffMs * 2);
      state.restartCount += 1;
    }
  };

  /** One life of the program: resolves with its exit code. */
  const once = async (startedAt: Date): Promise<number> => {
    killed = Promise.withResolvers<number>();
    if (released !== undefined) return 137;
    const life = new AbortController();
    const environment: ProgramEnvironment = { cluster: options.cluster, signal: AbortSignal.any([life.signal, signal]), log: write };
    try {
      container.running = await options.program?.start(pod, name, environment);
    } catch (error) {
      write(error instanceof Error ? error.message : String(error));
      life.abort();
      return 1;
    }
    state.state = { running: { startedAt: stamp(startedAt) } };
    if (container.running?.ready === undefined) state.ready = true;
    changed();
    const { running } = container;
    void running?.ready?.then(
      () => {
        if (container.running !== running || life.signal.aborted) return;
        state.ready = true;
        changed();
      },
      () => undefined,
    );
    const exits = [killed.promise, running?.ended ?? unclaimedEnd(options, signal), ended(signal).then(() => 137)];
    const exitCode = await Promise.race(exits).catch(() => 1);
    container.running = undefined;
    life.abort();
    await running?.stop().catch(() => undefined);
    return exitCode;
  };

  const write = (text: string): void => {
    container.log.push(...text.split('\n'));
    if (container.log.length > LOG_LINES) container.log.splice(0, container.log.length - LOG_LINES);
  };
  void loop();
  return container;
};

/** A container that nobody claims stays up, except in a Job, where it ends well after a moment. */
const unclaimedEnd = async ({ pod, program, time }: ContainerOptions, signal: AbortSignal): Promise<number> => {
  const job = (pod.metadata.labels ?? {})['batch.kubernetes.io/job-name'] !== undefined;
  if (program !== undefined || !job) return new Promise<number>(() => undefined);
  await time.after(UNCLAIMED_JOB_MS, signal);
  return 0;
};

/** Resolves when the promise does, or the signal ends. */
const ended = (first: Promise<void> | AbortSignal, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    for (const one of [first, signal]) {
      if (one instanceof AbortSignal) {
        if (one.aborted) resolve();
        else one.addEventListener('abort', () => resolve(), { once: true });
      } else if (one !== undefined) void one.then(resolve, () => resolve());
    }
  });
