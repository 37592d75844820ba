import { expect } from 'vitest';
import { UserError } from '../../src/domain/problem.ts';

/** The sentence with which the work is refused; fails where it is not, or for another reason. */
export const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => 'not refused',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
};
