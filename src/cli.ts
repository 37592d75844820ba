import { randomUUID } from 'node:crypto';
import { whoAmI } from './adapters/kubernetes/who-am-i.ts';
import { openRedis, type OpenRedis } from './adapters/redis/index.ts';
import { interactiveClient } from './adapters/slack/clients.ts';
import { createGroups } from './adapters/slack/groups.ts';
import { systemClock as clock, systemRandom } from './adapters/system/clock.ts';
import { createLog } from './adapters/system/log.ts';
import { completionFor } from './cli/completion.ts';
import { exitCodeOf, FAILED, told } from './cli/ending.ts';
import { identifiedByAny, namedPeople } from './cli/identity.ts';
import { optionsIn, type Options } from './cli/options.ts';
import { printed } from './cli/printed.ts';
import { act, type Outcome } from './cli/verbs.ts';
import { fleetOfLine } from './cli/which-fleet.ts';
import { createInterpreter } from './command/interpret.ts';
import { loadCommands } from './command/registry.ts';
import { loadToolConfig, namesOf, type ReachedFleetConfig, type ToolConfig } from './config/index.ts';
import { configurationOrExit } from './config/start.ts';
import { secretsOf } from './config/secrets.ts';
import { clusterNamed } from './domain/fleet.ts';
import type { Actor } from './domain/run.ts';
import type { WorkersKnown } from './domain/workers.ts';
import type { Groups } from './ports/groups.ts';
import type { Log } from './ports/log.ts';
import { createRedactor } from './redaction/redactor.ts';
import { createRunsOfFleets } from './runs/runs-of-fleets.ts';
import { clockTime } from './domain/clock-time.ts';
import { wayOut } from './terminal/way-out.ts';

/* The verbs of pgdist in a terminal, by the use cases that Slack's come to. Exit codes: docs/command-line.md. */

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error('interrupted')));
const redactor = createRedactor();
const out = wayOut(redactor);
const tell = (line: string): void => out.tell(`${clockTime(clock.now().toISOString(), { seconds: true })}  ${line}`);

const args = process.argv.slice(2);
if (args[0] === 'completion') {
  const script = completionFor(args[1] ?? '');
  if (script === undefined) out.tell('usage: pgdist completion bash|zsh|fish');
  else out.print(script);
  process.exit(script === undefined ? FAILED.usage : 0);
}
try {
  const options = optionsIn(args);
  const config = configurationOrExit(loadToolConfig, process.env);
  const outcome = await done(options, config);
  out.print(printed(outcome, options.format, clock.now()));
  process.exitCode = exitCodeOf(outcome, options.verb);
} catch (error) {
  const { code, sentence } = told(error, stop.signal);
  out.tell(sentence);
  process.exitCode = code;
}

async function done(options: Options, config: ToolConfig): Promise<Outcome> {
  for (const secret of secretsOf(config)) if (secret !== undefined) redactor.learn(secret);
  const log = createLog({ process: 'terminal', level: 'silent', redactor });
  const redis = openRedis({
    url: config.redisUrl,
    access: config.redisAccess,
    prefix: config.prefix,
    fleets: namesOf(config.fleets),
    commandTimeoutMs: 2_000,
    clock,
    log,
    redactor,
  });
  try {
    const { fleets } = config;
    const meant = await fleetOfLine(options, fleets, redis.store);
    const by = await whoAsks(options, config, meant === undefined ? fleets : [meant]);
    const faults = await redis.faults({ requirePersistence: config.requireRedisPersistence });
    if (faults.length > 0) throw new Error(faults.join('; '));
    const workers = await heardBy(redis);
    const { store, queue, watches, preferences } = redis;
    const groups = groupsOf(config, log);
    const around = {
      store,
      queue,
      watches,
      preferences,
      people: namedPeople,
      ...(groups === undefined ? {} : { groups }),
      clock,
      random: systemRandom,
      log,
      workers: () => workers,
    };
    const { all, of } = createRunsOfFleets(around, fleets);
    const runs = meant === undefined ? all : of(meant.fleet.name);
    if (workers.kind === 'none') tell('no worker is alive: what is asked for is kept, and goes on when one starts');
    return await act(
      {
        runs,
        store,
        answer: createInterpreter({ runs, commands: await loadCommands(), fleets: meant === undefined ? fleets : [meant], everyFleet: fleets }),
        clock,
        by,
        channel: options.channel ?? (meant ?? fleets[0]).slack.channels[0] ?? '',
        idempotencyKey: `terminal-${randomUUID()}`,
        fleets: meant === undefined ? fleets : [meant],
        tell,
        signal: stop.signal,
      },
      options,
    );
  } finally {
    await redis.close();
  }
}

/** Who is in a user group only Slack knows; without a token nobody counts by one. */
function groupsOf({ slackBotToken: token, slackApiUrl }: ToolConfig, log: Log): Groups | undefined {
  return token === undefined ? undefined : createGroups({ client: interactiveClient({ token, slackApiUrl, log, redactor, clock }), clock, log });
}

/** By the hub of the fleet that is meant; where none is, any hub will do, as then nothing is changed. */
async function whoAsks({ context }: Options, { kubeconfig: paths }: ToolConfig, fleets: readonly ReachedFleetConfig[]): Promise<Actor> {
  const ask = ({ fleet, credentialPlugins: plugins }: ReachedFleetConfig, signal: AbortSignal): Promise<string> => {
    const hub = clusterNamed(fleet, fleet.hub);
    return whoAmI({ name: hub.name, context: context ?? hub.context, paths, plugins, clock, signal });
  };
  return await identifiedByAny(fleets, ask, stop.signal);
}

async function heardBy({ beats }: OpenRedis): Promise<WorkersKnown> {
  const { alive, lastAt } = await beats.heard();
  return alive ? { kind: 'alive' } : { kind: 'none', noticedAt: clock.now().toISOString(), ...(lastAt === undefined ? {} : { since: lastAt }) };
}
