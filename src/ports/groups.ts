/** What is known of who is in a user group of Slack. */
export type GroupAnswer =
  | { readonly kind: 'members'; readonly users: readonly string[] }
  /** No answer within the time, or none that can be understood. */
  | { readonly kind: 'silent' }
  /** Slack knows no group of this id that is in use: it was disabled, or never was. */
  | { readonly kind: 'gone' }
  /** A person must mend pgdist's app. `lacks` names the scope, or Slack's error where it names none. */
  | { readonly kind: 'no-right'; readonly lacks: string }
  /** The workspace has no user groups. */
  | { readonly kind: 'no-plan' }
  /** This process has no way to ask Slack. */
  | { readonly kind: 'no-token' };

export interface Groups {
  /** Asks Slack each time, and never rejects; answers within GROUP_WITHIN_MS. */
  membersOf(group: string): Promise<GroupAnswer>;
}

/** Slack gives three seconds for all of an answer. */
export const GROUP_WITHIN_MS = 2_000;
