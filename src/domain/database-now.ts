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
