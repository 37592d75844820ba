import { ClusterRefusedError } from '../../ports/cluster-errors.ts';
import type { Problem, ProblemCode } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';

/** The problem behind a webhook's or the schema's refusal of one object; undefined for anything else. */
export const refusalProblem = (error: unknown, code: ProblemCode, object: string): Problem | undefined => {
  if (!(error instanceof ClusterRefusedError) || error.code === 401 || (error.code === 403 && !error.message.includes('denied the request')))
    return undefined;
  if (error.code === 409) return undefined;
  return {
    code,
    what: told`${object} was refused on ${error.cluster}`,
    evidence: [inPlainWords(error.message)],
    remedy: told`Correct in pgdist.yaml what the message names, then plan again.`,
  };
};

/** The petset webhook prints a pointer where it means the number of replicas ("expected at least 54188194726312 replicas in the …"). */
const inPlainWords = (message: string): string => message.replace(/expected at least \d{9,} replicas/, 'expected more replicas');
