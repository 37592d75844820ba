import type { Database, DatabaseSettings } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import { withRole } from '../domain/terminal-people.ts';
import type { ApprovalPolicy } from '../domain/policy.ts';
import type { WatchRules } from '../domain/watch-rules.ts';
import { toPolicy } from './policy.ts';
import type { PgdistFile } from './schema.ts';

/** The fleet that a file describes; chart paths stay as written. */
export const toFleet = ({ fleet, hub, clusters, ocm, kubeslice, kubedb, probeImage }: PgdistFile): Fleet => ({
  name: fleet,
  hub: hub.cluster,
  hubApiServer: hub.apiServer,
  clusters: clusters.map(({ name, context, gateway, storageClass }) => ({
    name,
    context: context ?? name,
    gateway,
    ...(storageClass === undefined ? {} : { storageClass }),
  })),
  ocm,
  kubeslice,
  kubedb: { chart: kubedb.chart, version: kubedb.version, namespace: kubedb.namespace },
  probeImage,
});

export const toDatabase = (written: PgdistFile['databases'][number]): Database => {
  const { name, namespace, version, replicas, storage, placement, deletionPolicy } = written;
  const { storageClass } = written;
  const settings = toSettings(written);
  return {
    name,
    namespace,
    version,
    replicas,
    storage,
    placement,
    deletionPolicy,
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
};

const toSettings = ({ resources, parameters, tls, sslMode, streamingMode }: PgdistFile['databases'][number]): DatabaseSettings => ({
  ...(resources === undefined ? {} : { resources: { ...amountsOf('requests', resources.requests), ...amountsOf('limits', resources.limits) } }),
  ...(parameters === undefined
    ? {}
    : { parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, parameterText(value)])) }),
  ...(tls === undefined ? {} : { tls }),
  ...(sslMode === undefined ? {} : { sslMode }),
  ...(streamingMode === undefined ? {} : { streamingMode }),
});

const amountsOf = (kind: 'requests' | 'limits', amounts: { readonly cpu?: string | undefined; readonly memory?: string | undefined } = {}) => {
  const given = Object.entries(amounts).flatMap(([what, amount]) => (amount === undefined ? [] : [[what, amount] as const]));
  return given.length === 0 ? {} : { [kind]: Object.fromEntries(given) };
};

/** As PostgreSQL writes it. */
const parameterText = (value: string | number | boolean): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));

/** How each database is watched, by its name; absent: it is not. */
export const toWatch = (file: PgdistFile): ReadonlyMap<string, WatchRules> =>
  new Map(
    file.databases.flatMap(({ name, watch: own }) => {
      const { off = false } = { ...file.watch, ...own };
      return off ? [] : [[name, toWatchRules(file, own)] as const];
    }),
  );

/** How is told what is about no database of its own, or about one that has rules of its own. */
export const toWatchRules = ({ watch, slack }: PgdistFile, own: PgdistFile['watch'] = {}): WatchRules => {
  const { everyMinutes = EVERY_MINUTES, channel, quietHours } = { ...watch, ...own };
  const rules = { everyMs: Math.round(everyMinutes * 60_000), fallback: slack.channels[0] ?? '' };
  return { ...rules, ...(channel === undefined ? {} : { channel }), ...(quietHours === undefined ? {} : { quietHours }) };
};

const EVERY_MINUTES = 5;

/** Whose word counts, wherever it is said. */
export const withTerminal = (file: PgdistFile): Omit<PgdistFile['slack'], keyof ApprovalPolicy> & ApprovalPolicy => ({
  ...file.slack,
  ...toPolicy(file),
  admins: [...file.slack.admins, ...withRole(file.terminal.people, 'admin')],
});
