import type { Finding, Verdict } from '../../src/domain/finding.ts';
import { TransientError, type Problem } from '../../src/domain/problem.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ClusterReader } from '../../src/ports/cluster.ts';
import type { Step, StepContext } from '../../src/steps/context.ts';
import { problemsOf } from '../../src/walk/problems-of.ts';

/** One answer of a cluster to one question of a step. */
interface Answer {
  readonly cluster: string;
  readonly method: string;
  readonly value: unknown;
  readonly error?: unknown;
}

/** An object that a step was given, and what it looked at in it. */
export interface Seen {
  readonly key: string;
  readonly method: 'read' | 'list' | 'diff';
  readonly index: number;
  readonly object: KubeObject;
  /** 'status.conditions.0.type' */
  readonly paths: ReadonlySet<string>;
}

export interface Recorded {
  readonly step: Step;
  readonly phase: 'check' | 'verify';
  readonly answers: ReadonlyMap<string, Answer>;
  readonly seen: readonly Seen[];
  readonly nowMs: number;
  /** In place, or healthy. */
  readonly done: boolean;
}

type Phase = Recorded['phase'];
export type Outcome =
  | { readonly finding: Finding }
  | { readonly verdict: Verdict }
  | { readonly problems: readonly Problem[] }
  | { readonly bug: unknown };

/** Asks the step once, noting every answer that clusters give and every field that it looks at. */
export const recordStep = async (step: Step, phase: Phase, context: StepContext): Promise<Recorded> => {
  const answers = new Map<string, Answer>();
  const seen: Seen[] = [];
  const nowMs = Date.now();
  const watched = (key: string, method: Seen['method'], object: KubeObject, index: number): KubeObject => {
    const paths = new Set<string>();
    seen.push({ key, method, index, object, paths });
    return looking(object, '', paths);
  };
  const cluster = (name: string): ClusterReader => {
    const reader = context.cluster(name);
    const noting = <K extends keyof ClusterReader>(method: K): ClusterReader[K] =>
      (async (...args: readonly unknown[]) => {
        const key = keyOf(name, method, args);
        const before = answers.get(key);
        try {
          const value = before === undefined ? await (reader[method] as any)(...args) : before.value;
          answers.set(key, { cluster: name, method, value });
          if (method === 'read' && value !== undefined) return watched(key, 'read', value as KubeObject, 0);
          if (method === 'list') return { ...value, items: value.items.map((item: KubeObject, index: number) => watched(key, 'list', item, index)) };
          if (method === 'diff') seen.push({ key, method: 'diff', index: 0, object: args[0] as KubeObject, paths: new Set(['metadata']) });
          return value;
        } catch (error) {
          answers.set(key, { cluster: name, method, value: undefined, error });
          throw error;
        }
      }) as ClusterReader[K];
    return { ...METHODS.reduce((client, method) => ({ ...client, [method]: noting(method) }), reader), forward: reader.forward, name };
  };
  const answer: Finding | Verdict | undefined = await step[phase]({ ...context, cluster }).catch(() => undefined);
  const done = answer !== undefined && ('kind' in answer ? answer.kind === 'in-place' : answer.healthy);
  return { step, phase, answers, seen, nowMs, done };
};

const METHODS = ['version', 'serves', 'read', 'list', 'diff', 'exec', 'logs', 'allowed'] as const;
const keyOf = (cluster: string, method: string, args: readonly unknown[]): string => JSON.stringify([cluster, method, args.slice(0, 2)]);

/** The value, noting each path below it that is looked at. */
const looking = <T>(value: T, path: string, paths: Set<string>): T =>
  value === null || typeof value !== 'object'
    ? value
    : new Proxy(value, {
        get(target, name, receiver) {
          const inner: unknown = Reflect.get(target, name, receiver);
          if (typeof name === 'symbol' || typeof inner === 'function' || (Array.isArray(target) && name === 'length')) return inner;
          const at = path === '' ? name : `${path}.${name}`;
          paths.add(at);
          return looking(inner, at, paths);
        },
      });

/** Asks the step again on the answers of the record, with one object in the place of another; with `alone` a list holds no other one. */
export const replayStep = async (
  { step, phase, answers, nowMs }: Recorded,
  seen: Pick<Seen, 'key' | 'method' | 'index'>,
  object: KubeObject,
  context: StepContext,
  { alone = false }: { readonly alone?: boolean } = {},
): Promise<Outcome> => {
  const cluster = (name: string): ClusterReader => {
    const replayed =
      (method: string) =>
      async (...args: readonly unknown[]) => {
        const key = keyOf(name, method, args);
        const answer = answers.get(key);
        if (answer === undefined) return UNASKED[method];
        if (answer.error !== undefined) throw answer.error;
        if (key !== seen.key) return answer.value;
        const { value } = answer as { value: any };
        if (seen.method === 'read') return object;
        if (seen.method === 'diff') return { ...value, exists: true, leaving: object };
        if (alone) return { ...value, items: [object] };
        return { ...value, items: value.items.map((item: KubeObject, index: number) => (index === seen.index ? object : item)) };
      };
    const methods = Object.fromEntries(METHODS.map((method) => [method, replayed(method)]));
    const forward = async (): Promise<never> => {
      throw new TransientError('nothing is forwarded in a replay');
    };
    return { ...context.cluster(name), ...methods, forward, name };
  };
  const clock: Clock = { now: () => new Date(nowMs), monotonicMs: () => 0, sleep: () => new Promise(() => undefined) };
  try {
    const answer = await step[phase]({ ...context, clock, cluster });
    return phase === 'check' ? { finding: answer as Finding } : { verdict: answer as Verdict };
  } catch (error) {
    const problems = problemsOf(error, step, { underWay: false });
    return problems === undefined ? { bug: error } : { problems };
  }
};

/** What nobody asked for while all was well. */
const UNASKED: Readonly<Record<string, unknown>> = {
  version: 'v1.35.4',
  serves: false,
  read: undefined,
  list: { items: [], resourceVersion: '1' },
  diff: { exists: false, changes: [] },
  rehearse: undefined,
  exec: { exitCode: 1, stdout: '', stderr: '' },
  logs: '',
  allowed: false,
};

/** True where the step would be told as done: in place, or healthy. */
export const isDone = (outcome: Outcome): boolean =>
  ('finding' in outcome && outcome.finding.kind === 'in-place') || ('verdict' in outcome && outcome.verdict.healthy);
