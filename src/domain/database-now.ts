import type { Database } from './database.ts';
import type { LastLook } from './watched.ts';

/** A database of the configuration, and how it was last. */
export interface DatabaseNow {
  readonly database: Database;
  readonly fleet: string;
  /** not-looked: nobody looked yet. not-known: what was seen last cannot be read now. */
  readonly last: LastLook | 'not-looked' | 'not-known';
  /** Id of the run that deploys it, from its command to its end. */
  readonly deploying?: string;
}

/** What somebody may choose from who asks for something and did not say of what. */
export interface Choice {
  /** For which the rules let this person ask. */
  readonly databases: readonly DatabaseNow[];
  /** Names of those for which they let others alone. */
  readonly ofOthers: readonly string[];
  /** Names of those for which it hangs on who is in these groups, and Slack does not say it. */
  readonly notKnown: { readonly databases: readonly string[]; readonly groups: readonly string[] };
}
