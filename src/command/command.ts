import type { Database } from '../domain/database.ts';
import type { DeedBy } from '../domain/deeds.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { Asker, Reply, UseCases } from '../ports/use-cases.ts';

/** One verb of /pgdist: the default export of a file in commands/ that has its name. Help, refusals and the Slack manifest are made of these. */
export interface Command<D extends DeedBy<'command'> = DeedBy<'command'>> {
  readonly name: string;
  /** What it does, as one line of the help: 'plan a deploy and show it for approval'. */
  readonly summary: string;
  /** What it does to runs, by the table of deeds: who may type it follows from that, and it gets hold of the use cases of this deed alone. */
  readonly deed: D;
  /** Its grammar, by which arguments are parsed: 'status [database] [--private]'. */
  readonly usage: string;
  /** Throws UserError for what the asker should know; answers within 2.5 s. */
  run(invocation: Invocation, context: CommandContext<D>): Promise<Reply>;
}

/** A command as typed, with its arguments parsed by the usage. */
export interface Invocation extends Asker {
  /** By the names in the usage: { database: 'postgres' }. Required ones are there. */
  readonly values: Readonly<Record<string, string>>;
  /** As in the usage: '--private'. */
  readonly flags: ReadonlySet<string>;
}

/** What a verb of each deed may call. */
export const USE_CASES = {
  help: [],
  runs: ['list', 'workers'],
  audit: ['audit'],
  explain: ['explain', 'start', 'workers'],
  deploy: ['start', 'workers'],
  plan: ['start', 'workers'],
  verify: ['start', 'workers'],
  status: ['start', 'workers'],
  cancel: ['cancel', 'workers'],
  reject: ['reject'],
  mute: ['mute', 'unmute'],
  unmute: ['unmute'],
  lock: ['lock'],
  unlock: ['unlock'],
  pending: ['pending'],
  history: ['history'],
  bundle: ['bundle', 'workers'],
  notify: ['notify'],
  export: ['export', 'workers'],
} as const satisfies Readonly<Record<DeedBy<'command'>, readonly (keyof UseCases)[]>>;

export interface CommandContext<D extends DeedBy<'command'> = DeedBy<'command'>> {
  readonly runs: Pick<UseCases, (typeof USE_CASES)[D][number]>;
  /** The one that is meant, or all that may be asked for here. */
  readonly fleets: readonly FleetHere[];
  /** Of these fleets. */
  readonly databases: readonly Database[];
  readonly commands: readonly Command[];
}

/** A fleet and what runs on it. */
export interface FleetHere {
  readonly fleet: Fleet;
  readonly databases: readonly Database[];
}
