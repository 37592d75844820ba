import type { Database } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { Actor } from '../domain/run.ts';
import type { Runs } from '../runs/runs.ts';
import { cut } from '../domain/cut.ts';
import { code, type Phrase, type Text } from '../domain/text.ts';

/** The slash command that all verbs belong to. */
export const SLASH = '/pgdist';

/** One verb of /pgdist: the default export of a file in commands/ that has its name. Help, refusals and the Slack manifest are made of these. */
export interface Command {
  readonly name: string;
  /** What it does, as one line of the help: 'plan a deploy and show it for approval'. */
  readonly summary: string;
  /** Its grammar, by which arguments are parsed: 'status [database] [--private]'. */
  readonly usage: string;
  /** Throws UserError for what the asker should know; answers within 2.5 s. */
  run(invocation: Invocation, context: CommandContext): Promise<Reply>;
}

/** A command as typed, with its arguments parsed by the usage. */
export interface Invocation {
  /** By the names in the usage: { database: 'postgres' }. Required ones are there. */
  readonly values: Readonly<Record<string, string>>;
  /** As in the usage: '--private'. */
  readonly flags: ReadonlySet<string>;
  readonly by: Actor;
  readonly channel: string;
  /** Slack's response_url; a mention of the bot has none. */
  readonly responseUrl?: string;
  /** trigger_id: equal for a command that was delivered twice. */
  readonly idempotencyKey: string;
}

export interface CommandContext {
  readonly runs: Runs;
  readonly fleet: Fleet;
  readonly databases: readonly Database[];
  readonly commands: readonly Command[];
}

/** Told to the asker alone. */
export interface Reply {
  readonly text: Text;
}

/** A word that somebody typed, as code: nothing in it is looked at. */
export const quoted = (word: string): Phrase => code(cut(word, 60));
