import { writeFile } from 'node:fs/promises';
import { isTerminal, type Actor, type Run } from '../domain/run.ts';
import type { Text } from '../domain/text.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Asker, Interpreter, UseCases } from '../ports/use-cases.ts';
import { databasesAsTyped, type FleetWithDatabases } from '../domain/several-fleets.ts';
import { knownRun } from '../runs/use-case.ts';
import { digestMeant } from './digest-meant.ts';
import { follow, rests } from './follow.ts';
import { UsageError, type Options, type Verb } from './options.ts';

/** What verbs are given. */
interface Desk {
  readonly runs: UseCases;
  readonly store: RunStore;
  /** The verbs of /pgdist, for those that are no different in a terminal. */
  readonly answer: Interpreter;
  readonly clock: Clock;
  readonly by: Actor;
  readonly channel: string;
  readonly idempotencyKey: string;
  /** The one that is meant, or all. */
  readonly fleets: readonly FleetWithDatabases[];
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a verb came to: a run, several, or a sentence. */
export type Outcome =
  | { readonly kind: 'run'; readonly run: Run; readonly file?: string }
  | { readonly kind: 'runs'; readonly runs: readonly Run[] }
  | { readonly kind: 'text'; readonly text: Text };

/** Does what was typed. Throws UserError for a refusal, UsageError for what makes no sense. */
export const act = (desk: Desk, options: Options): Promise<Outcome> => ACTS[options.verb as Verb](desk, options);

type Act = (desk: Desk, options: Options) => Promise<Outcome>;

const askerOf = ({ by, channel, idempotencyKey }: Desk): Asker => ({ way: 'terminal', by, channel, idempotencyKey });

/** Starts a run about a database; followed as far as the verb says, or to the end. */
const starts =
  (kind: 'deploy' | 'plan' | 'status' | 'verify', until?: (run: Run) => boolean): Act =>
  async (desk, options) => {
    const run = await desk.runs.start({ ...askerOf(desk), kind, database: databaseMeant(desk, options), ...glassOf(options) });
    desk.tell(`run ${run.id} of ${kind} ${run.database.name} is accepted`);
    return followed(desk, options, run, until);
  };

const glassOf = ({ breakGlass }: Options): { readonly breakGlass?: string } => (breakGlass === undefined ? {} : { breakGlass });

const followed = async (desk: Desk, options: Options, run: Run, until?: (run: Run) => boolean): Promise<Outcome> => {
  const done = options.watch ? isOver : options.noWait ? undefined : until;
  return { kind: 'run', run: done === undefined ? run : await follow(desk, run.id, { ...desk, done }) };
};
const isOver = ({ state }: Run): boolean => isTerminal(state);

const databaseMeant = ({ fleets }: Desk, { verb, words: [name] }: Options): string => {
  const [only, another] = fleets.flatMap(({ databases }) => databases);
  if (name === undefined && (only === undefined || another !== undefined))
    throw new UsageError(
      `Say which database: ${databasesAsTyped(fleets)
        .map((database) => `pgdist ${verb} ${database}`)
        .join(', ')}`,
    );
  return name ?? only!.name;
};

const decides =
  (deed: 'approve' | 'reject'): Act =>
  async (desk, options) => {
    const { by, channel } = desk;
    const runId = options.words[0] ?? '';
    if (options.plan === undefined) throw new UsageError(`Say which plan you saw: pgdist runs ${runId} shows it with the line to type.`);
    const request = { way: 'terminal', runId, by, channel, seenDigest: await digestMeant(desk, runId, options.plan) } as const;
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const run = deed === 'approve' ? await desk.runs.approve(request) : await desk.runs.reject({ ...request, ...reason });
    return followed(desk, options, run);
  };

const retry: Act = async (desk, options) => {
  const { by, channel } = desk;
  const runId = options.words[0] ?? '';
  const found = await knownRun(desk, runId);
  const deed = found.state === 'failed' || found.state === 'cancelled' ? 'retry' : 'plan-again';
  const run = await desk.runs.retry({ way: 'terminal', runId, by, channel, deed, seenRetries: found.retries });
  return followed(desk, options, run);
};

const cancel: Act = async (desk, options) => followed(desk, options, await desk.runs.cancel({ ...askerOf(desk), runId: options.words[0] ?? '' }));

const LISTED = 10;

const runs: Act = async (desk, options) => {
  const [runId] = options.words;
  if (runId === undefined) return { kind: 'runs', runs: await desk.runs.list(askerOf(desk), LISTED) };
  await desk.runs.admit('runs', askerOf(desk));
  return followed(desk, options, await knownRun(desk, runId));
};

const explain: Act = async (desk, options) => {
  const [about = ''] = options.words;
  if (!desk.fleets.some(({ databases }) => databases.some(({ name }) => name === about))) return says(desk, options);
  const run = await desk.runs.start({ ...askerOf(desk), kind: 'verify', database: about, explains: true });
  return followed(desk, options, run, isOver);
};

const bundle: Act = async (desk, options) => written(desk, options, await desk.runs.bundle({ ...askerOf(desk), about: options.words[0] ?? '' }));

const exports: Act = async (desk, options) => written(desk, options, await desk.runs.export({ ...askerOf(desk), runId: options.words[0] ?? '' }));

/** Waits for the file of a run and writes it; never over another one. */
const written = async (desk: Desk, options: Options, asked: Run): Promise<Outcome> => {
  const run = await follow(desk, asked.id, { ...desk, done: isOver });
  const bytes = run.state === 'succeeded' ? await desk.store.bundle(run.id) : undefined;
  if (bytes === undefined) return { kind: 'run', run };
  const file = options.file ?? `pgdist-${run.kind}-${run.id}.tar.gz`;
  await writeFile(file, bytes, { mode: 0o600, flag: 'wx' });
  return { kind: 'run', run, file };
};

/** Of one database how it is now; where several could be meant, which there are. */
const status: Act = (desk, options) => {
  const several = desk.fleets.flatMap(({ databases }) => databases).length > 1;
  return options.words.length === 0 && several ? says(desk, options) : starts('status', isOver)(desk, options);
};

/** As in Slack. */
const says: Act = async (desk, { verb, words, reason = '' }) => ({
  kind: 'text',
  ...(await desk.answer([verb, ...words, reason].join(' '), askerOf(desk))),
});

const ACTS: Readonly<Record<Verb, Act>> = {
  plan: starts('plan', isOver),
  deploy: starts('deploy', rests),
  approve: decides('approve'),
  reject: decides('reject'),
  cancel,
  retry,
  status,
  verify: starts('verify', isOver),
  explain,
  runs,
  pending: says,
  history: says,
  lock: says,
  unlock: says,
  mute: says,
  unmute: says,
  audit: says,
  export: exports,
  bundle,
};
