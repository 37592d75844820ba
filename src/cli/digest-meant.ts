import { isDigest } from '../domain/digest.ts';
import { UserError } from '../domain/problem.ts';
import { code, told } from '../domain/text.ts';
import type { RunStore } from '../ports/run-store.ts';
import { knownRun } from '../runs/use-case.ts';
import { UsageError } from './options.ts';

const SHORTEST = 8;

/** The whole of the digest whose beginning was typed; another one stays what it is, and is refused as another plan. */
export const digestMeant = async (desk: { readonly store: RunStore }, runId: string, typed: string): Promise<string> => {
  if (typed.length < SHORTEST) throw new UsageError(`--plan takes the first ${SHORTEST} characters of the plan's digest at least`);
  const digest = (await knownRun(desk, runId)).plan?.digest;
  if (digest?.startsWith(typed) === true || isDigest(typed)) return digest?.startsWith(typed) === true ? digest : typed;
  throw new UserError(
    told`Nothing was decided: the newest plan of run ${code(runId)} does not begin with ${code(typed)}. ${code(`pgdist runs ${runId}`)} shows it.`,
  );
};
