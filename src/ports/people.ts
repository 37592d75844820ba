import type { Actor } from '../domain/run.ts';

/** What Slack says of a person now. */
export type Standing =
  | { readonly kind: 'member' }
  /** unknown: Slack does not know the id. */
  | { readonly kind: 'refused'; readonly who: 'stranger' | 'deactivated' | 'bot' | 'guest' | 'unknown' }
  /** No answer, or none that can be understood: nothing is known of the person. `foreign`: not even the payload names our workspace. */
  | { readonly kind: 'silent'; readonly foreign?: boolean }
  /** Slack refuses to tell pgdist anything: a person must mend its app. `lacks` names the scope, or Slack's error where it names none. */
  | { readonly kind: 'no-right'; readonly lacks: string; readonly foreign?: boolean };

export interface People {
  /** Never rejects; answers within 10.5 s, and but for a rate limit within 2.5 s. */
  standing(actor: Actor): Promise<Standing>;
}
