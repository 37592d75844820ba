import type { Dice } from '../security/secrets.ts';

/**
 * What befalls the nth call at a boundary ('worker SAVE', 'worker chat.postMessage'), counted over all processes of that role, or what happens at an
 * instant: `at` is 'time' then, and `nth` virtual milliseconds.
 */
export interface Fault {
  readonly at: string;
  readonly nth: number;
  readonly kind: FaultKind;
  /** How long, virtual milliseconds, where the kind takes time. */
  readonly ms?: number;
}

/** Of calls. The first six are about the network, the next four about the process that calls, the rest are answers of the server. */
const CALL_KINDS = {
  /** Not done, and the caller learns that nothing came through. */
  refuse: 'not done, no connection',
  /** Done, and the connection breaks before the answer. */
  reset: 'done, connection reset before the answer',
  /** Done, and no answer comes: the caller's time-out ends it. */
  lose: 'done, the answer is lost',
  /** The caller's time-out is over, then it is done. */
  late: 'done after the time-out',
  slow: 'slow',
  /** Sent again by the client when its connection broke: done twice. */
  twice: 'done twice',
  'kill-before': 'process dies before the call',
  'kill-after': 'process dies before the answer',
  freeze: 'process freezes after the call',
  'freeze-before': 'process freezes before the call',
  limit: '429',
  'http-500': '500, not done',
  'http-500-after': '500, done',
  deny: 'refused',
} as const;

/** Of instants. */
const TIME_KINDS = {
  kill: 'a process dies',
  'kill-workers': 'all workers die, and are away for a while',
  stop: 'a worker is told to stop',
  freeze: 'a process freezes',
  stall: 'Redis answers nobody',
  jump: 'the clock of a machine jumps',
  'drop-leases': 'Redis loses the leases',
  'lose-jobs': 'Redis loses the jobs',
  flush: 'Redis loses everything',
  'lose-last': 'Redis loses what it was told last, as a replica that lags and takes its place',
  'slack-away': 'Slack answers nobody',
  'cluster-away': 'a cluster answers nobody',
} as const;

export type FaultKind = keyof typeof CALL_KINDS | keyof typeof TIME_KINDS;

/** No process can know that it was frozen right before it sends: only what has a fence of its own (Redis) is asked to stand that. */
const PROCESS_KINDS = ['kill-before', 'kill-after', 'freeze'] as const;
const REDIS = ['refuse', 'reset', 'lose', 'lose', 'late', 'late', 'slow', 'twice', ...PROCESS_KINDS, 'freeze-before'] as const;
const QUEUE = ['refuse', 'reset', 'lose', 'late', 'twice', 'slow', ...PROCESS_KINDS, 'freeze-before'] as const;
const SLACK = ['refuse', 'reset', 'lose', 'slow', 'limit', 'http-500', 'http-500-after', 'deny', ...PROCESS_KINDS] as const;
const UPLOAD = SLACK.filter((kind) => kind !== 'deny' && kind !== 'limit');
const CLUSTER_READ = ['refuse', 'reset', 'slow', 'deny', ...PROCESS_KINDS] as const;
const CLUSTER_WRITE = [...CLUSTER_READ, 'reset', 'kill-after'] as const;

/** Boundaries with how often a story without faults passes them, about, and what may befall them; what matters most stands there twice, early and late. */
const BOUNDARIES: readonly (readonly [at: string, usual: number, kinds: readonly FaultKind[]])[] = [
  ['bot CREATE', 3, REDIS],
  ['bot SAVE', 3, REDIS],
  ['bot APPROVE', 2, REDIS],
  ['bot REOPEN', 2, REDIS],
  ['bot REQUEST_CANCEL', 1, REDIS],
  ['bot READ', 24, REDIS],
  ['bot APPEND_AUDIT', 12, REDIS],
  ['bot queue.add', 4, QUEUE],
  ['bot queue.report', 3, QUEUE],
  ['worker SAVE', 24, REDIS],
  ['worker SAVE', 8, REDIS],
  ['worker READ', 26, REDIS],
  ['worker getrange', 30, REDIS],
  ['worker TAKE_LEASE', 13, REDIS],
  ['worker RENEW_LEASE', 33, REDIS],
  ['worker DELETE_IF', 13, REDIS],
  ['worker SETTLE_REPORT', 14, REDIS],
  ['worker SET_SHOWN', 40, REDIS],
  ['worker SET_SHOWN', 10, REDIS],
  ['worker REPORT_LATER', 24, REDIS],
  ['worker set waiting', 5, REDIS],
  ['worker set installation', 60, REDIS],
  ['worker zadd', 13, REDIS],
  ['worker zrangebyscore', 120, REDIS],
  ['worker APPEND_AUDIT', 5, REDIS],
  ['worker queue.add', 1, QUEUE],
  ['worker queue.report', 20, QUEUE],
  ['worker chat.postMessage', 8, SLACK],
  ['worker chat.postMessage', 3, SLACK],
  ['worker chat.update', 8, SLACK],
  ['worker chat.getPermalink', 3, SLACK],
  ['worker files.getUploadURLExternal', 1, SLACK],
  ['worker files.completeUploadExternal', 1, SLACK],
  ['worker upload', 1, UPLOAD],
  ['worker conversations.history', 1, SLACK],
  ['worker cluster list', 24, CLUSTER_READ],
  ['worker cluster diff', 14, CLUSTER_READ],
  ['worker cluster apply', 8, CLUSTER_WRITE],
  ['worker cluster apply', 3, CLUSTER_WRITE],
  ['worker cluster create', 1, CLUSTER_WRITE],
];

const MOST_FAULTS = 6;
/** Commands come within about this. */
const STORY_MS = 25_000;

export const randomFaults = (roll: Dice): readonly Fault[] => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  const whole = (least: number, most: number): number => Math.floor(least + roll() * (most - least + 1));
  return Array.from({ length: whole(1, MOST_FAULTS) }, (): Fault => {
    if (roll() < 0.25) return { at: 'time', nth: whole(0, STORY_MS), kind: pick(Object.keys(TIME_KINDS) as FaultKind[]), ms: whole(100, 20_000) };
    const [at, usual, kinds] = pick(BOUNDARIES);
    const kind = pick(kinds);
    return { at, nth: whole(1, usual), kind, ms: pick([whole(50, 900), whole(900, 3_000), whole(3_000, 12_000)]) };
  });
};

/** Which fault befalls which call; `planted` are those that did. */
export interface FaultPlan {
  /** The fault of this call, which is counted. */
  take(at: string): Fault | undefined;
  readonly timed: readonly Fault[];
  readonly planted: Fault[];
  readonly calls: ReadonlyMap<string, number>;
}

export const faultPlan = (faults: readonly Fault[]): FaultPlan => {
  const calls = new Map<string, number>();
  const planted: Fault[] = [];
  return {
    take(at) {
      const nth = (calls.get(at) ?? 0) + 1;
      calls.set(at, nth);
      const fault = faults.find((other) => other.at === at && other.nth === nth);
      if (fault !== undefined) planted.push(fault);
      return fault;
    },
    timed: faults.filter(({ at }) => at === 'time'),
    planted,
    calls,
  };
};

export const wordsOf = ({ kind }: Fault): string => ({ ...CALL_KINDS, ...TIME_KINDS })[kind];
