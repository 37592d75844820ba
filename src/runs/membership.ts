import { UserError, userToken } from '../domain/problem.ts';
import type { Belongs, Members } from '../domain/policy.ts';
import { code, group, joined, phrase, type Phrase, type Text, told, within } from '../domain/text.ts';
import { GROUP_WITHIN_MS, type GroupAnswer, type Groups } from '../ports/groups.ts';

/** Who is in the groups that were asked about for one deed. */
export interface Membership {
  members(): Members;
  /**
   * What `judge` says once it says something else than groups that would have to be known: Slack is asked about those, once each. Throws UserError
   * when it hangs on one of which Slack says nothing: nobody counts by a group that is not known.
   */
  knownEnough<T>(judge: (members: Members) => T | Unclear): Promise<T>;
  /** The same of whether somebody belongs to those who may. */
  belongs(judge: (members: Members) => Belongs): Promise<boolean>;
}

export class Unclear {
  readonly groups: readonly string[];
  constructor(groups: readonly string[]) {
    this.groups = groups;
  }
}

export const openMembership = (groups: Groups, admins: readonly string[]): Membership => {
  const answers = new Map<string, GroupAnswer>();
  const members = (): Members => knownOf(answers);
  const knownEnough: Membership['knownEnough'] = async (judge) => {
    for (;;) {
      const found = judge(members());
      if (!(found instanceof Unclear)) return found;
      const fresh = found.groups.filter((id) => !answers.has(id));
      if (fresh.length === 0) throw new UserError(notKnown(found.groups, answers, admins));
      for (const [id, answer] of await Promise.all(fresh.map(async (id) => [id, await groups.membersOf(id)] as const))) answers.set(id, answer);
    }
  };
  return {
    members,
    knownEnough,
    belongs: (judge) =>
      knownEnough((known) => {
        const isOne = judge(known);
        return isOne === 'yes' || isOne === 'no' ? isOne === 'yes' : new Unclear(isOne);
      }),
  };
};

/** No group is ever known. */
export const NO_GROUPS: Groups = { membersOf: () => Promise.resolve({ kind: 'no-token' }) };

/** Who is in these groups now, as far as Slack says it, and of which it does not. */
export const askedGroups = async (
  groups: Groups,
  ids: readonly string[],
): Promise<{ readonly known: Members; readonly silent: readonly string[] }> => {
  const answers = await Promise.all([...new Set(ids)].map(async (id) => [id, await groups.membersOf(id)] as const));
  return { known: knownOf(answers), silent: answers.flatMap(([id, answer]) => (answer.kind === 'members' ? [] : [id])) };
};

const knownOf = (answers: Iterable<readonly [string, GroupAnswer]>): Members =>
  new Map([...answers].flatMap(([id, answer]) => (answer.kind === 'members' ? [[id, new Set(answer.users)] as const] : [])));

const notKnown = (wanted: readonly string[], answers: ReadonlyMap<string, GroupAnswer>, admins: readonly string[]): Text =>
  joined(
    wanted.flatMap((id) => {
      const answer = answers.get(id);
      return answer === undefined || answer.kind === 'members' ? [] : [why(id, answer, admins)];
    }),
    ' ',
  );

const why = (id: string, answer: Exclude<GroupAnswer, { readonly kind: 'members' }>, admins: readonly string[]): Text => {
  const name = group(id);
  switch (answer.kind) {
    case 'silent':
      return told`Slack did not say who is in ${name} within ${GROUP_WITHIN_MS / 1_000} s: nothing was decided. Try again in a moment.`;
    case 'gone':
      return told`Nothing was decided: Slack knows no user group ${code(id)} that is in use, and nobody counts by it. ${menders(admins)} can enable it again or name another in \`pgdist.yaml\`.`;
    case 'no-right':
      return told`Nothing was decided: pgdist lacks the right to ask Slack who is in ${name} (${code(answer.lacks)}). ${menders(admins)} can mend it: give the Slack app what it lacks and install it again.`;
    case 'no-plan':
      return told`Nothing was decided: this workspace has no user groups, since its plan of Slack is without them. ${menders(admins)} can name people instead of ${code(id)} in \`pgdist.yaml\`.`;
    case 'no-token':
      return told`Nothing was decided: who is in ${name} only Slack knows, and this terminal has no SLACK_BOT_TOKEN to ask it. Set it, or decide in Slack.`;
  }
};

const menders = (admins: readonly string[]): Phrase =>
  admins.length === 0 ? phrase`The people who run pgdist` : within(joined(admins.map(userToken), ', '));
