import { parseArgs } from 'node:util';
import { nearestTo } from '../domain/nearest.ts';
import { isFormat, type Format } from '../terminal/output.ts';

/** What was typed after `pgdist`. */
export interface Options {
  readonly verb: string;
  readonly words: readonly string[];
  readonly format: Format;
  /** Follow the run to its end. */
  readonly watch: boolean;
  /** Do not wait for an answer that is waited for by default. */
  readonly noWait: boolean;
  /** Beginning of the digest of the plan that was seen. */
  readonly plan?: string;
  readonly reason?: string;
  /** Why a deploy goes past freezes and the number of approvals. */
  readonly breakGlass?: string;
  /** Where a bundle is written; of an export the archive. */
  readonly file?: string;
  /** Name of the fleet that is meant. */
  readonly fleet?: string;
  /** Context of the kubeconfig that leads to the hub; default: as in pgdist.yaml. */
  readonly context?: string;
  /** Channel in which the run is shown; default: the first of slack.channels. */
  readonly channel?: string;
}

/** Something was typed that pgdist does not have; the message is told as it is, with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Verbs that take words of their own, with what they take; in the order of the help. */
export const VERBS = {
  plan: { usage: 'plan [database]', tells: 'show what a deploy would do; nobody is asked to approve it' },
  deploy: {
    usage: 'deploy [database] [--break-glass <reason>]',
    tells: 'plan a deploy and show the plan; nothing changes before somebody approves; --watch follows it to its end',
  },
  approve: { usage: 'approve <run> --plan <digest>', tells: 'approve the plan that you saw' },
  reject: { usage: 'reject <run> --plan <digest> [--reason <words>]', tells: 'reject the plan that you saw' },
  cancel: { usage: 'cancel <run>', tells: 'stop a run; what is in place stays' },
  retry: { usage: 'retry <run>', tells: 'go on with a run that failed, or plan it again' },
  status: { usage: 'status [database]', tells: 'ask the clusters and PostgreSQL how a database is now' },
  verify: { usage: 'verify [database]', tells: 'look at every step from the hub to the database' },
  explain: { usage: 'explain <run|database>', tells: 'the whole chain: cause, what follows, what is ruled out' },
  runs: { usage: 'runs [run]', tells: 'list the last runs, or show one; --watch follows it' },
  pending: { usage: 'pending', tells: 'list the plans that wait for a person, and what is locked' },
  history: { usage: 'history [database]', tells: 'list the last runs: who asked and approved, how each ended, how long it took' },
  lock: { usage: 'lock <database> <reason...>', tells: 'let no deploy of a database be planned, approved or begun' },
  unlock: { usage: 'unlock <database> <reason...>', tells: 'let deploys of a database be planned again' },
  mute: {
    usage: 'mute <database> <duration> [reason...]',
    tells: 'tell nothing but dangers of a database unasked for so long (30m, 2h, 1d)',
  },
  unmute: { usage: 'unmute <database>', tells: 'tell of a database unasked again' },
  audit: { usage: 'audit <run>', tells: 'who asked, decided and was refused' },
  export: { usage: 'export <run> [--file <path>]', tells: 'write the steps of a run as a script and YAML files, to run by hand' },
  bundle: { usage: 'bundle <run|database> [--file <path>]', tells: 'collect what the clusters say, without secrets, as a file' },
} as const;
export type Verb = keyof typeof VERBS;
const isVerb = (word: string): word is Verb => Object.hasOwn(VERBS, word);

/** Commands of bin/pgdist that are no verbs of /pgdist, in the order of the help. */
export const OTHERS = {
  bot: 'Slack in, queue out',
  worker: 'queue in, clusters and Slack out',
  doctor: 'look at Slack, Redis, workers, clusters and tools, and say what to do',
  manifest: 'print the manifest of the Slack app',
  rbac: "print what the worker's user needs on a cluster",
  'export-audit': 'print the audit as JSON lines and check it',
  health: 'ask a bot or a worker on HEALTH_PORT whether it lives',
  completion: 'print the completion of a shell: bash, zsh or fish',
  help: 'this text',
} as const;

export const FLAGS = {
  output: { type: 'string', short: 'o', default: 'table' },
  watch: { type: 'boolean', short: 'w', default: false },
  'no-wait': { type: 'boolean', default: false },
  plan: { type: 'string' },
  reason: { type: 'string' },
  'break-glass': { type: 'string' },
  file: { type: 'string' },
  fleet: { type: 'string' },
  context: { type: 'string' },
  channel: { type: 'string' },
} as const;

/** Throws UsageError. */
export const optionsIn = (args: readonly string[]): Options => {
  const { values, positionals } = parsed(args);
  const [verb = '', ...words] = positionals;
  if (!isVerb(verb))
    throw new UsageError(
      `pgdist has no command ${verb}.${didYouMean(verb, [...Object.keys(VERBS), ...Object.keys(OTHERS)])} \`pgdist help\` lists them.`,
    );
  const { usage } = VERBS[verb];
  const all = usage
    .split(/ --| \[--/)[0]!
    .split(' ')
    .slice(1);
  const takesReason = all.at(-1)?.slice(1, -1) === 'reason...';
  const places = takesReason ? all.slice(0, -1) : all;
  const rest = takesReason ? words.splice(places.length).join(' ') : '';
  if (words.length > places.length) throw new UsageError(`${words[places.length]} is one word too many: ${usage}`);
  const missing = places[words.length];
  if (missing?.startsWith('<') === true) throw new UsageError(`Say which ${missing.slice(1, -1)}: ${usage}`);
  const reason = values.reason ?? (rest === '' ? undefined : rest);
  if (all.at(-1) === '<reason...>' && reason === undefined) throw new UsageError(`Say the reason: ${usage}`);
  if (!isFormat(values.output)) throw new UsageError(`-o takes table, json or yaml, not ${values.output}`);
  const { plan, file, fleet, context, channel, 'break-glass': breakGlass } = values;
  for (const flag of OWN_FLAGS)
    if (values[flag] !== undefined && !takes(usage, flag)) throw new UsageError(`--${flag} belongs to ${withFlag(flag)} alone: ${usage}`);
  return {
    verb,
    words,
    format: values.output,
    watch: values.watch,
    noWait: values['no-wait'],
    ...(plan === undefined ? {} : { plan }),
    ...(reason === undefined ? {} : { reason }),
    ...(breakGlass === undefined ? {} : { breakGlass }),
    ...(file === undefined ? {} : { file }),
    ...(fleet === undefined ? {} : { fleet }),
    ...(context === undefined ? {} : { context }),
    ...(channel === undefined ? {} : { channel }),
  };
};

/** What some verbs take and others do not. */
const OWN_FLAGS = ['plan', 'reason', 'break-glass', 'file'] as const;

/** Options that the verb takes. */
export const flagsOf = (verb: Verb): readonly (keyof typeof FLAGS)[] =>
  (Object.keys(FLAGS) as (keyof typeof FLAGS)[]).filter((flag) => !isOwn(flag) || takes(VERBS[verb].usage, flag));
const isOwn = (flag: string): flag is (typeof OWN_FLAGS)[number] => (OWN_FLAGS as readonly string[]).includes(flag);

const takes = (usage: string, flag: (typeof OWN_FLAGS)[number]): boolean =>
  usage.includes(`--${flag} `) || (flag === 'reason' && usage.includes('reason...'));
const withFlag = (flag: (typeof OWN_FLAGS)[number]): string =>
  Object.entries(VERBS)
    .filter(([, { usage }]) => takes(usage, flag))
    .map(([verb]) => verb)
    .join(', ');

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(wrongOption(error instanceof Error ? error.message : String(error)));
  }
};

/** Node's sentence without its advice about words that begin with a dash. */
const wrongOption = (message: string): string => {
  const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1]?.replace(/^-+/, '');
  if (unknown === undefined) return message.split('\n')[0] ?? message;
  return `There is no option ${unknown.length === 1 ? '-' : '--'}${unknown}.${didYouMean(unknown, Object.keys(FLAGS), '--')} \`pgdist help\` lists them.`;
};

const didYouMean = (word: string, among: readonly string[], dashes = ''): string => {
  const nearest = nearestTo(word, among);
  return nearest === undefined ? '' : ` Did you mean ${dashes}${nearest}?`;
};
