import { parseArgs } from 'node:util';
import { createClusteradm } from './adapters/cli/clusteradm.ts';
import { createHelm } from './adapters/cli/helm.ts';
import { openClusters } from './adapters/kubernetes/open-clusters.ts';
import { lookAtQueue, lookAtRedis, lookAtWorkers, lookForFormerFleets } from './adapters/redis/checkup.ts';
import { openRedis } from './adapters/redis/index.ts';
import { lookAtSlack } from './adapters/slack/checkup.ts';
import { lookAtDisk } from './adapters/system/checkup.ts';
import { systemClock as clock, systemRandom as random } from './adapters/system/clock.ts';
import { licenceFile } from './adapters/system/licence-file.ts';
import { createLog } from './adapters/system/log.ts';
import { lookAtClock, lookAtClusters } from './checkup/clusters.ts';
import { runCheckup, type Check } from './checkup/run-checkup.ts';
import { ConfigurationError, faultText } from './config/faults.ts';
import { channelsOf, groupsOf, loadToolConfig, namesOf, type ReachedFleetConfig, type ToolConfig } from './config/index.ts';
import { secretsOf } from './config/secrets.ts';
import { exitCodeOf, rowsOf, type CheckupRow } from './domain/checkup.ts';
import { clusterNamed } from './domain/fleet.ts';
import { namingFleet } from './domain/naming-fleet.ts';
import { beforeInstalling } from './procedures/distributed-postgres.ts';
import { createRedactor } from './redaction/redactor.ts';
import { isFormat, outputOf, tableOf } from './terminal/output.ts';
import { wayOut } from './terminal/way-out.ts';

/* pgdist doctor [--fleet NAME] [-o table|json|yaml]: looks at all that pgdist needs and changes nothing. Exit codes: docs/doctor.md. */

const redactor = createRedactor();
const out = wayOut(redactor);
const { format, only } = asked();
const { rows, close } = await checkup();
out.print(outputOf(format, { rows }, () => table(rows)));
await close();
process.exit(exitCodeOf(rows));

function asked() {
  try {
    const { output, fleet } = parseArgs({ options: { output: { type: 'string', short: 'o', default: 'table' }, fleet: { type: 'string' } } }).values;
    if (isFormat(output)) return { format: output, only: fleet };
  } catch {
    // An option that does not exist is told as one that is wrong.
  }
  out.tell('usage: pgdist doctor [--fleet NAME] [-o table|json|yaml]');
  return process.exit(2);
}

async function checkup(): Promise<{ rows: readonly CheckupRow[]; close: () => Promise<void> }> {
  const row = rowsOf('configuration');
  let config: ToolConfig;
  try {
    config = loadToolConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { rows: error.faults.map((fault) => row.fault(redactor.text(faultText(fault)))), close: async () => undefined };
  }
  for (const secret of secretsOf(config)) if (secret !== undefined) redactor.learn(secret);
  const log = createLog({ process: 'doctor', level: 'silent', redactor });
  const redis = openRedis({
    url: config.redisUrl,
    access: config.redisAccess,
    prefix: config.prefix,
    fleets: namesOf(config.fleets),
    commandTimeoutMs: 5_000,
    clock,
    log,
    redactor,
  });
  const fleets = only === undefined ? config.fleets : config.fleets.filter(({ fleet }) => fleet.name === only);
  if (fleets.length === 0) {
    out.tell(`There is no fleet ${only}: pgdist.yaml has ${config.fleets.map(({ fleet }) => fleet.name).join(', ')}.`);
    process.exit(2);
  }
  const clusters = fleets.map((one) => clustersOf(config, one));
  const described = ({ fleet, databases }: ReachedFleetConfig) =>
    row.well(`fleet ${fleet.name}: ${counted(fleet.clusters, 'cluster')}, ${counted(databases, 'database')}`);
  const rows = await runCheckup(
    [
      ...fleets.map((one) => ({ ...fleetOf(config, one), area: 'configuration' as const, look: async () => [described(one)] })),
      { area: 'slack', look: slackOf(config, fleets, log) },
      { area: 'redis', look: () => lookAtRedis(redis, config.requireRedisPersistence) },
      { area: 'redis', look: () => lookForFormerFleets(redis, namesOf(config.fleets)).catch(saidAbove) },
      {
        area: 'queue',
        look: async () => (await lookAtQueue(redis)).filter(({ fleet }) => fleet === undefined || fleets.some((one) => one.fleet.name === fleet)),
      },
      { area: 'workers', look: () => lookAtWorkers(redis) },
      { area: 'disk', look: () => lookAtDisk() },
      ...clusters.flatMap(({ checks }) => checks),
    ],
    clock,
  );
  return { rows: redactor.value(rows), close: async () => void (await Promise.allSettled([redis.close(), ...clusters.map((one) => one.close())])) };
}

function slackOf(
  { slackBotToken: botToken, slackAppToken: appToken, slackApiUrl }: ToolConfig,
  fleets: readonly ReachedFleetConfig[],
  log: ReturnType<typeof createLog>,
): Check['look'] {
  if (botToken === undefined) return async () => [rowsOf('slack').leftOut('SLACK_BOT_TOKEN is not set here')];
  return (signal) =>
    lookAtSlack({ botToken, appToken, channels: channelsOf(fleets), groups: groupsOf(fleets), slackApiUrl, clock, log, redactor }, signal);
}

/** That Redis does not answer is a row already. */
function saidAbove(): [] {
  return [];
}

/** Rows name their fleet where there are several. */
function fleetOf({ fleets }: ToolConfig, { fleet }: ReachedFleetConfig): Pick<Check, 'fleet'> {
  return fleets.length > 1 ? { fleet: fleet.name } : {};
}

function counted(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}

function clustersOf(
  config: ToolConfig,
  one: ReachedFleetConfig,
): {
  readonly checks: readonly Check[];
  close(): Promise<void>;
} {
  const { kubeconfig } = config;
  const { fleet, databases, credentialPlugins, licenceFile: licence } = one;
  const of = fleetOf(config, one);
  if (kubeconfig === undefined) {
    const leftOut = rowsOf('clusters').leftOut('KUBECONFIG is not set here: ask where the worker runs');
    return { checks: [{ ...of, area: 'clusters', look: async () => [leftOut] }], close: async () => undefined };
  }
  const clusters = openClusters({ kubeconfig, fleet, random: random.number, clock, learn: redactor.learn, plugins: credentialPlugins });
  const tools = { kubeconfigOf: clusters.kubeconfigOf, redactor };
  const versions = { helm: createHelm(tools), clusteradm: createClusteradm(tools) };
  return {
    checks: [
      ...fleet.clusters.map((cluster) => ({
        ...of,
        area: 'clusters' as const,
        look: (signal: AbortSignal) => lookAtClock(cluster.name, () => clusters.client(cluster, { signal, timeoutMs: 5_000 }).time(), clock),
      })),
      {
        ...of,
        area: 'clusters',
        look: (signal) =>
          lookAtClusters(
            beforeInstalling(fleet, databases),
            {
              fleet,
              installation: 'doctor',
              clock,
              random,
              signal,
              cluster: (name, limits) => clusters.client(clusterNamed(fleet, name), limits),
              licence: licenceFile(licence, redactor.learn),
              toolVersion: (tool, until) => versions[tool].version(until),
            },
            namingFleet(fleet.name, config.fleets),
          ),
      },
    ],
    close: () => clusters.close(),
  };
}

function table(all: readonly CheckupRow[]): string {
  const mark = { well: 'ok', warning: 'WARNING', fault: 'FAULT', unknown: 'UNKNOWN', 'left-out': '-' } as const;
  const several = all.some(({ fleet }) => fleet !== undefined);
  return tableOf(
    ['AREA', ...(several ? ['FLEET'] : []), '', 'WHAT WAS SEEN, AND WHAT TO DO'],
    all.map(({ area, fleet = '', standing, says, remedy }) => [
      area,
      ...(several ? [fleet] : []),
      mark[standing],
      remedy === undefined ? says : `${says} → ${remedy}`,
    ]),
  );
}
