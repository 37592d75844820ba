import type { Person } from '../support/slack-wire.ts';

export const CHANNEL = 'C0DATABASES';
export const ELSEWHERE = 'C0RANDOM';
export const HOME = 'T0HOME';
export const ABROAD = 'T0ABROAD';
export const APPROVERS = ['U0BOB', 'U0CAROL'];

/** Who may do something to the runs that are there: requesters, approvers, an admin. */
export const ENTITLED = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0ADMIN'];
/** Members who may start runs and nothing else; Slack does not know the second. */
export const MEMBERS = ['U0DAVE', 'U0NOBODY'];
/** People who may do nothing at all. */
export const OUTSIDERS = ['U0GUEST', 'U0ULTRA', 'U0STRANGER', 'U0BOT', 'U0GONE'];

const member: Person = { team_id: HOME };

/** The script by which Slack answers users.info. */
export const PEOPLE: Readonly<Record<string, Person>> = {
  U0ALICE: member,
  U0BOB: member,
  U0CAROL: member,
  U0ADMIN: member,
  U0DAVE: member,
  U0GUEST: { ...member, is_restricted: true },
  U0ULTRA: { ...member, is_ultra_restricted: true },
  U0STRANGER: { team_id: ABROAD, is_stranger: true },
  U0BOT: { ...member, is_bot: true },
  U0GONE: { ...member, deleted: true },
};

export interface Who {
  readonly user: string;
  readonly team: string;
  readonly channel: string;
}

export type Rights = 'nothing' | 'start' | 'all';

/** What somebody may change in the store at most. */
export const rightsOf = ({ user, team, channel }: Who): Rights => {
  if (team !== HOME || channel !== CHANNEL || OUTSIDERS.includes(user)) return 'nothing';
  return ENTITLED.includes(user) ? 'all' : 'start';
};
