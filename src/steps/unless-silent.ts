import { ClusterRefusedError } from '../ports/cluster-errors.ts';
import { NotYetError, TransientError } from '../domain/problem.ts';

/** The answer of a cluster that need not answer now: one that is silent, or lacks the kind, must not hide what the others say. */
export const unlessSilent = async <T, F>(otherwise: F, ask: () => Promise<T>): Promise<T | F> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TransientError || error instanceof NotYetError) return otherwise;
    throw error;
  }
};

/** The same where it may refuse to tell as well: what is asked here adds to what others know, and no more. */
export const unlessUntold = <T, F>(otherwise: F, ask: () => Promise<T>): Promise<T | F> =>
  unlessSilent(otherwise, async () => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ClusterRefusedError) return otherwise;
      throw error;
    }
  });
