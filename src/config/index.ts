import type { z } from 'zod';
import type { Database } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { TerminalPerson } from '../domain/terminal-people.ts';
import type { WatchRules } from '../domain/watch-rules.ts';
import type { RedisAccess } from '../domain/redis-address.ts';
import { botEnvironment, readEnvironment, toolEnvironment, workerEnvironment } from './environment.ts';
import { ConfigurationError, type Fault } from './faults.ts';
import { readConfigFile, type PgdistFiles } from './file.ts';
import { toDatabase, toFleet, toWatch, toWatchRules, withTerminal } from './fleet.ts';
import { redisAccessOf } from './redis-environment.ts';
import type { PgdistFile } from './schema.ts';
import { tracingOf, type TracingConfig } from './tracing-environment.ts';

/** What pgdist.yaml says of one fleet. */
interface FleetConfig {
  readonly fleet: Fleet;
  readonly databases: readonly Database[];
  /** How each is watched, by name; absent: it is not. */
  readonly watch: ReadonlyMap<string, WatchRules>;
  readonly watchOfFleet: WatchRules;
  /** With all of the policy. Approvers and admins are also those who have the role in a terminal alone. */
  readonly slack: ReturnType<typeof withTerminal>;
  readonly terminalPeople: readonly TerminalPerson[];
  readonly approvalTimeoutMs: number;
}

/** The same for who reaches its clusters. */
export interface ReachedFleetConfig extends FleetConfig {
  readonly licenceFile: string;
  /** Commands of the kubeconfig's credential plugins that may run. */
  readonly credentialPlugins: readonly string[];
}

/** One at least, in the order of the file. */
type Several<T> = readonly [T, ...T[]];

/** What both processes know beside the fleets. */
interface SharedConfig {
  readonly requireRedisPersistence: boolean;
  readonly redisUrl: string;
  readonly redisAccess: RedisAccess;
  /** Prefix of every key in Redis. */
  readonly prefix: string;
  readonly slackApiUrl: string;
  readonly slackBotToken: string;
  readonly logLevel: string;
  /** Absent: nothing is traced. */
  readonly tracing?: TracingConfig;
  readonly healthPort?: number;
}

/** The bot: no cluster credentials, no licence. */
export interface BotConfig extends SharedConfig {
  readonly fleets: Several<FleetConfig>;
  /** Of pgdist's own pods; absent: it does not run in a cluster, or was not told. */
  readonly namespace?: string;
  readonly delivery:
    | { readonly kind: 'socket-mode'; readonly appToken: string }
    | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number };
}

/** The worker: no Slack signing secret. */
export interface WorkerConfig extends SharedConfig {
  readonly fleets: Several<ReachedFleetConfig>;
  /** Paths, separated as PATH is. */
  readonly kubeconfig: string;
}

/** What a person runs beside both: tokens and clusters where they are known. */
export interface ToolConfig extends Omit<SharedConfig, 'slackBotToken'> {
  readonly fleets: Several<ReachedFleetConfig>;
  readonly slackBotToken?: string;
  readonly slackAppToken?: string;
  readonly kubeconfig?: string;
}

/** Throws ConfigurationError with every fault of environment and file. */
export const loadBotConfig = (env: NodeJS.ProcessEnv): BotConfig => {
  const { variables, files } = load(botEnvironment, env);
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret, PORT: port, POD_NAMESPACE: namespace } = variables;
  return {
    ...shared(variables, files),
    fleets: each(files, fleetSettings),
    ...(namespace === undefined ? {} : { namespace }),
    delivery: appToken === undefined ? { kind: 'http', signingSecret: signingSecret ?? '', port } : { kind: 'socket-mode', appToken },
  };
};

/** Throws ConfigurationError with every fault of environment and file. */
export const loadWorkerConfig = (env: NodeJS.ProcessEnv): WorkerConfig => {
  const { variables, files } = load(workerEnvironment, env);
  return { ...shared(variables, files), fleets: each(files, reached), kubeconfig: variables.KUBECONFIG };
};

/** Throws ConfigurationError with every fault of environment and file. */
export const loadToolConfig = (env: NodeJS.ProcessEnv): ToolConfig => {
  const { variables, files } = load(toolEnvironment, env);
  const { SLACK_BOT_TOKEN: slackBotToken, SLACK_APP_TOKEN: slackAppToken, KUBECONFIG: kubeconfig } = variables;
  return {
    ...settings(variables, files),
    fleets: each(files, reached),
    ...(slackBotToken === undefined ? {} : { slackBotToken }),
    ...(slackAppToken === undefined ? {} : { slackAppToken }),
    ...(kubeconfig === undefined || kubeconfig === '' ? {} : { kubeconfig }),
  };
};

const load = <T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): { variables: T; files: PgdistFiles } => {
  const faults: Fault[] = [];
  const variables = readEnvironment(schema, env, faults);
  let files: PgdistFiles | undefined;
  try {
    const { PGDIST_CONFIG: path = '' } = env;
    files = readConfigFile(path === '' ? 'pgdist.yaml' : path);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    faults.push(...error.faults);
  }
  if (variables === undefined || files === undefined) throw new ConfigurationError(faults);
  return { variables, files };
};

const shared = (variables: z.infer<typeof botEnvironment> | z.infer<typeof workerEnvironment>, files: PgdistFiles): SharedConfig => ({
  ...settings(variables, files),
  slackBotToken: variables.SLACK_BOT_TOKEN,
});

const settings = (
  variables: Omit<z.infer<typeof workerEnvironment>, 'SLACK_BOT_TOKEN' | 'KUBECONFIG'>,
  [{ redis }]: PgdistFiles,
): Omit<SharedConfig, 'slackBotToken'> => ({
  ...tracingPart(tracingOf(variables)),
  requireRedisPersistence: redis.requirePersistence,
  redisUrl: variables.REDIS_URL,
  redisAccess: redisAccessOf(variables),
  prefix: variables.PGDIST_PREFIX,
  slackApiUrl: variables.SLACK_API_URL,
  logLevel: variables.LOG_LEVEL,
  ...(variables.HEALTH_PORT === undefined ? {} : { healthPort: variables.HEALTH_PORT }),
});

/** Of all fleets, each once. */
export const adminsOf = (fleets: readonly FleetConfig[]): string[] => [...new Set(fleets.flatMap(({ slack }) => slack.admins))];

export const namesOf = (fleets: readonly FleetConfig[]): string[] => fleets.map(({ fleet }) => fleet.name);

/** In which pgdist works, each once. */
export const channelsOf = (fleets: readonly FleetConfig[]): string[] => [...new Set(fleets.flatMap(({ slack }) => slack.channels))];

/** User groups of Slack by which somebody may ask or approve, each once. */
export const groupsOf = (fleets: readonly FleetConfig[]): string[] => [
  ...new Set(
    fleets.flatMap(({ slack }) => [
      ...(slack.approverGroups ?? []),
      ...(slack.rules ?? []).flatMap(({ approvers, requesters }) => [...(approvers?.groups ?? []), ...(requesters?.groups ?? [])]),
    ]),
  ),
];

/** One for each, in their order. */
export const each = <T, U>([first, ...others]: Several<T>, of: (one: T) => U): Several<U> => [of(first), ...others.map((one) => of(one))];

const fleetSettings = (file: PgdistFile): FleetConfig => ({
  fleet: toFleet(file),
  databases: file.databases.map(toDatabase),
  watch: toWatch(file),
  watchOfFleet: toWatchRules(file),
  slack: withTerminal(file),
  terminalPeople: file.terminal.people,
  approvalTimeoutMs: file.approvalTimeoutMinutes * 60_000,
});

const reached = (file: PgdistFile): ReachedFleetConfig => ({
  ...fleetSettings(file),
  licenceFile: file.kubedb.licenceFile,
  credentialPlugins: file.credentialPlugins,
});

const tracingPart = (tracing: TracingConfig | undefined): Pick<SharedConfig, 'tracing'> => (tracing === undefined ? {} : { tracing });
