import { isSlackUser } from '../domain/direct.ts';
import { UserError, userToken } from '../domain/problem.ts';
import type { Actor } from '../domain/run.ts';
import { joined, told, within } from '../domain/text.ts';
import type { RunDeps } from './use-case.ts';

/** What Slack says now of people who approved before: whose account is none of a full member any more, and of whom it says nothing. */
interface Accounts {
  readonly gone: readonly string[];
  readonly silent: readonly string[];
}

/** Of who is known to a terminal alone Slack is not asked. */
export const accountsOf = async ({ accounts }: Pick<RunDeps, 'accounts'>, people: readonly Actor[]): Promise<Accounts> => {
  const asked = accounts === undefined ? [] : people.filter(({ userId }) => isSlackUser(userId));
  const found = await Promise.all(asked.map(async (by) => ({ id: by.userId, kind: (await accounts?.standing(by))?.kind })));
  const idsOf = (isOne: (kind: (typeof found)[number]['kind']) => boolean): string[] => found.filter(({ kind }) => isOne(kind)).map(({ id }) => id);
  return { gone: idsOf((kind) => kind === 'refused'), silent: idsOf((kind) => kind === 'silent' || kind === 'no-right') };
};

/** Nobody's word counts of whom nothing is known. */
export const accountsNotKnown = (silent: readonly string[]): UserError =>
  new UserError(
    told`Nothing was decided: Slack does not say right now whether ${within(joined(silent.map(userToken), ', '))}, who approved before, may still do so. Try again in a moment.`,
  );
