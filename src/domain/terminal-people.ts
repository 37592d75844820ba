import type { Actor } from './run.ts';

/** What somebody without an account in Slack may be. */
export const TERMINAL_ROLES = ['member', 'approver', 'admin'] as const;

/** Somebody who may ask from a terminal, by the name that the hub's API server knows; either a member of Slack, or a person of its own with a role. */
export interface TerminalPerson {
  readonly user: string;
  readonly slack?: string | undefined;
  readonly role?: (typeof TERMINAL_ROLES)[number] | undefined;
}

/** Stands where Slack names the workspace of an actor. */
const TEAM = 'terminal';

/** Who counts for a user of the hub: the same person, wherever it asks. undefined: nobody who may. */
export const actorOf = (people: readonly TerminalPerson[], userName: string): Actor | undefined => {
  const person = people.find(({ user }) => user === userName);
  return person === undefined ? undefined : { userId: person.slack ?? person.user, teamId: TEAM };
};

/** Those of a role who have no account in Slack, by the ids that they act under. */
export const withRole = (people: readonly TerminalPerson[], wanted: 'approver' | 'admin'): string[] =>
  people.flatMap(({ user, role }) => (role === wanted ? [user] : []));
