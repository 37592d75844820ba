import { ConflictError } from '../../ports/cluster-errors.ts';

const ATTEMPTS = 4;

/** Runs what reads an object and writes it back, anew while someone else changed it in between: operators write their statuses at any time. */
export const againOnConflict = async (readAndWrite: () => Promise<void>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
};
