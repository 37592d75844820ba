import { ZodError } from 'zod';
import type { PodReport } from '../../domain/replication-report.ts';
import { NotYetError, TransientError } from '../../domain/problem.ts';
import { ClusterRefusedError, ClusterUnreachableError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { parseServerReport } from './server-report.ts';
import { REPLICATION_SQL } from './replication-sql.ts';
import { cut } from '../../domain/cut.ts';

const CALL_TIMEOUT_MS = 2_000;

/** Over the pod's local socket, which KubeDB trusts: no password is handled. The server gives up before the call does. */
const COMMAND = [
  'psql',
  '-XAtq',
  '-U',
  'postgres',
  '-v',
  'ON_ERROR_STOP=1',
  '-c',
  `SET statement_timeout = ${CALL_TIMEOUT_MS - 200}`,
  '-c',
  REPLICATION_SQL,
];

/** Asks the server of one pod what it knows of replication. A pod that cannot answer is an answer too; only the signal's reason is thrown. */
export const askPod = async (
  cluster: ClusterReader,
  { namespace, pod }: { readonly namespace: string; readonly pod: string },
  signal: AbortSignal,
): Promise<PodReport> => {
  const known = { pod, cluster: cluster.name };
  try {
    const { exitCode, stdout, stderr } = await cluster.exec({ namespace, pod, container: 'postgres' }, COMMAND, { timeoutMs: CALL_TIMEOUT_MS });
    if (exitCode === 0) return { ...known, answer: parseServerReport(stdout) };
    return { ...known, error: exitCode === undefined ? 'the connection to its container broke' : complaintOf(stderr) };
  } catch (error) {
    signal.throwIfAborted();
    return { ...known, error: silenceOf(error) };
  }
};

/** The last line of psql's complaint without its preamble: 'FATAL:  the database system is starting up'. */
const complaintOf = (stderr: string): string => {
  const line = stderr.split('\n').find((text) => /ERROR:|FATAL:|error:/.test(text)) ?? stderr.trim().split('\n')[0] ?? '';
  const text = line
    .replace(/^.*? failed:\s*/, '')
    .replace(/^psql: error: /, '')
    .replace(/\s+/g, ' ');
  return text === '' ? 'psql failed without a word' : cut(text, 160);
};

const silenceOf = (error: unknown): string => {
  if (error instanceof ClusterUnreachableError) return `${error.cluster} cannot be asked: ${error.obstacle}`;
  if (error instanceof ClusterRefusedError) return error.code === 404 ? 'its container cannot be entered' : `exec was refused: ${error.message}`;
  if (error instanceof NotYetError || error instanceof TransientError) return error.message;
  if (error instanceof ZodError || error instanceof SyntaxError) return 'its answer could not be read';
  throw error;
};
