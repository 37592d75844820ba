import { ZodError } from 'zod';
import type { PodReport, ServerReport } from '../../domain/replication-report.ts';
import { NotYetError, TransientError } from '../../domain/problem.ts';
import { ClusterRefusedError, ClusterUnreachableError, PodUnreachableError } from '../../ports/cluster-errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { parseServerReport } from './server-report.ts';
import { QUESTIONS } from './replication-sql.ts';
import { cut } from '../../domain/cut.ts';

/** A walk that looks gives a call no more (walk/clients/verifying-clients.ts). */
const CALL_TIMEOUT_MS = 2_600;
/** One that is silent for so long is asked a second time beside the first: what was lost on the way is not a server that is down. */
const AGAIN_AFTER_MS = 1_300;

/**
 * Over the pod's local socket, which KubeDB trusts: no password is handled. Each question has its own limit, and one that fails leaves the others (no
 * ON_ERROR_STOP). psql runs in the pod, so its \\! asks the shell there.
 */
const COMMAND = [
  'psql',
  '-XAtq',
  '-U',
  'postgres',
  ...QUESTIONS.flatMap((part) => ('shell' in part ? ['-c', `\\! ${part.shell}`] : ['-c', `SET statement_timeout = ${part.limitMs}`, '-c', part.sql])),
];

interface Asked {
  readonly namespace: string;
  readonly pod: string;
}

/** Asks the server of one pod what it knows of replication. A pod that cannot answer is an answer too; only the signal's reason is thrown. */
export const askPod = async (
  cluster: ClusterReader,
  asked: Asked,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<PodReport> => {
  const over = new AbortController();
  const ask = (timeoutMs: number): Promise<PodReport> => askOnce(cluster, asked, timeoutMs, { clock, signal });
  const first = ask(CALL_TIMEOUT_MS);
  const second = clock.sleep(AGAIN_AFTER_MS, AbortSignal.any([signal, over.signal])).then(
    () => ask(CALL_TIMEOUT_MS - AGAIN_AFTER_MS),
    () => undefined,
  );
  try {
    const sooner = await Promise.race([first, second]);
    if (sooner !== undefined && isHeard(sooner)) return sooner;
    const [one, other] = await Promise.all([first, second]);
    return other !== undefined && isHeard(other) ? other : one;
  } finally {
    over.abort();
  }
};

const isHeard = ({ answer, down, full }: PodReport): boolean => answer !== undefined || down === true || full === true;

/** It read its clock at some time between question and answer. */
const clockOf = ({ clockMs }: ServerReport, askedAt: number, heardAt: number): Pick<PodReport, 'clock'> =>
  clockMs === undefined ? {} : { clock: { aheadMs: Math.round(clockMs - (askedAt + heardAt) / 2), withinMs: Math.ceil((heardAt - askedAt) / 2) } };

type Watch = Parameters<typeof askPod>[2];

const askOnce = async (cluster: ClusterReader, { namespace, pod }: Asked, timeoutMs: number, { clock, signal }: Watch): Promise<PodReport> => {
  const known = { pod, cluster: cluster.name };
  const askedAt = clock.now().getTime();
  try {
    const { exitCode, stdout, stderr } = await cluster.exec({ namespace, pod, container: 'postgres' }, COMMAND, { timeoutMs });
    if (stdout.trim() !== '') {
      const answer = parseServerReport(stdout);
      return { ...known, answer, ...clockOf(answer, askedAt, clock.now().getTime()) };
    }
    if (exitCode === undefined) return { ...known, error: 'the connection to its container broke' };
    const complaint = complaintOf(stderr);
    return { ...known, error: complaint, ...standingOf(complaint) };
  } catch (error) {
    signal.throwIfAborted();
    return { ...known, ...silenceOf(error) };
  }
};

const standingOf = (complaint: string): Pick<PodReport, 'down' | 'full' | 'way'> =>
  NOT_SERVING.test(complaint)
    ? { down: true }
    : FULL.test(complaint)
      ? { full: true }
      : SLOW.test(complaint)
        ? { way: 'time' }
        : /^FATAL:/.test(complaint)
          ? { way: 'server' }
          : {};

const SLOW = /statement timeout|canceling statement/i;

/** What psql says of a server that takes no session at all; a limit of sessions or a slow answer is not that. */
const NOT_SERVING =
  /the database system is (starting up|shutting down|in recovery mode|not accepting connections|not yet accepting connections)|No such file or directory|Connection refused/i;

/** The same limit told for ordinary users (the second) and for all. */
const FULL = /sorry, too many clients already|remaining connection slots are reserved/i;

/** The last line of psql's complaint without its preamble: 'FATAL:  the database system is starting up'. */
const complaintOf = (stderr: string): string => {
  const line = stderr.split('\n').find((text) => /ERROR:|FATAL:|error:/.test(text)) ?? stderr.trim().split('\n')[0] ?? '';
  const text = line
    .replace(/^.*? failed:\s*/, '')
    .replace(/^psql: error: /, '')
    .replace(/\s+/g, ' ');
  return text === '' ? 'psql failed without a word' : cut(text, 160);
};

const silenceOf = (error: unknown): Pick<PodReport, 'error' | 'down' | 'way'> => {
  if (error instanceof ClusterUnreachableError) return { error: `${error.cluster} cannot be asked: ${error.obstacle}`, way: 'cluster' };
  if (error instanceof PodUnreachableError)
    return error.stopped
      ? { error: 'its container does not run', down: true }
      : { error: `its container cannot be entered: ${error.obstacle}`, way: 'container' };
  if (error instanceof ClusterRefusedError)
    return error.code === 404 && error.reason === 'NotFound'
      ? { error: 'its pod does not exist', down: true }
      : { error: `exec was refused: ${error.message}`, ...(error.code === 401 || error.code === 403 ? { way: 'right' as const } : {}) };
  if (error instanceof NotYetError || error instanceof TransientError) return { error: error.message };
  if (error instanceof ZodError || error instanceof SyntaxError) return { error: 'its answer could not be read' };
  throw error;
};
