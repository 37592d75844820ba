import { expectedReplicas, placementPolicyName, type Database } from './database.ts';
import type { Declared } from './declared.ts';
import type { Fleet } from './fleet.ts';
import { bytesText } from './quantity.ts';
import { LAG_LIMIT_BYTES } from './standby-faults.ts';
import { told, type Text } from './text.ts';

/** What becomes of writes when a cluster is gone, its replicas with it. */
type Writes = 'stop' | 'go-on' | 'unknown';

/**
 * Voters are the replicas; raft needs more than half of them. KubeDB adds an arbiter to an even number, and on which cluster is not documented: where it
 * decides, nobody knows.
 */
const writesWithout = (database: Database, lost: number): Writes => {
  const arbiters = database.replicas % 2 === 0 ? 1 : 0;
  const majority = Math.floor((database.replicas + arbiters) / 2) + 1;
  const left = database.replicas - lost;
  if (left >= majority) return 'go-on';
  return left + arbiters < majority ? 'stop' : 'unknown';
};

/** Nobody could ask. */
export const LOSS_NOT_ASKED = told`If a cluster is lost: what becomes of writes is not known, as the hub does not say how the database is`;

/**
 * One sentence for each answer, with the clusters of which it is true; of a cluster without voters nothing is to tell. A database that exists does as its
 * own object says: whatever the file has besides, a deploy does not change that.
 */
export const lossOfClusters = (fleet: Fleet, database: Database, declared: Declared = { kind: 'new' }): Text[] => {
  if (declared.kind === 'not-known') return [LOSS_NOT_ASKED];
  if (declared.kind === 'new') return lossOf(fleet, database);
  const { replicas, placedBy, streamingMode, synchronous } = declared;
  if (replicas !== database.replicas || placedBy !== placementPolicyName(database))
    return [
      told`If a cluster is lost: what becomes of writes is not known, as the database exists with ${count(replicas)} placed by ${placedBy === undefined ? 'no policy that it names' : `PlacementPolicy ${placedBy}`}, and not as in pgdist.yaml`,
    ];
  if (streamingMode === 'Synchronous' && synchronous !== undefined)
    return [
      told`If a cluster is lost: what becomes of writes and of acknowledged rows is not known, as the database has a synchronousReplicationConfig of its own (${synchronous})`,
    ];
  const { streamingMode: _configured, ...settings } = database.settings ?? {};
  if (streamingMode === 'Synchronous') return lossOf(fleet, { ...database, settings: { ...settings, streamingMode } });
  return lossOf(fleet, { ...database, settings });
};

const count = (replicas: number): string => (replicas === 1 ? '1 replica' : `${replicas} replicas`);

const lossOf = (fleet: Fleet, database: Database): Text[] => {
  const homes = [...Map.groupBy(expectedReplicas(database), ({ cluster }) => cluster)].map(([cluster, here]) => ({
    cluster,
    voters: here.length,
    writes: writesWithout(database, here.length),
  }));
  const of = (writes: Writes) => homes.filter((home) => home.writes === writes);
  const named = (some: readonly Home[]): string => namedUpTo(some, homes.length, database.replicas);
  return [
    ...(of('stop').length === 0 ? [] : [told`If ${named(of('stop'))} is lost: writes stop until it is back`]),
    ...(of('unknown').length === 0
      ? []
      : [
          told`If ${named(of('unknown'))} is lost: whether writes go on is unknown, it depends on where KubeDB puts the arbiter that it adds to an even number`,
        ]),
    ...(of('go-on').length === 0 ? [] : goingOn(database, of('go-on'), named)),
    ...(homes.some(({ cluster }) => cluster !== fleet.hub)
      ? [told`If ${fleet.hub} is lost: nothing can be deployed or repaired meanwhile, as KubeDB, KubeSlice and OCM run there`]
      : []),
  ];
};

/** More clusters than these are not named one by one: what is true of them would be lost behind their names. */
const NAMED = 3;

const namedUpTo = (some: readonly Home[], all: number, replicas: number): string => {
  const each = (voters: number): string => `${voters} of ${replicas} voters`;
  if (some.length <= NAMED) return some.map(({ cluster, voters }) => `${cluster} (${each(voters)})`).join(' or ');
  const voters = some.map((home) => home.voters);
  const [least, most] = [Math.min(...voters), Math.max(...voters)];
  const share = least === most ? `each has ${each(least)}` : `each has ${least} to ${each(most)}`;
  if (some.length === all) return `any one of the ${all} clusters (${share})`;
  const first = some.slice(0, NAMED).map(({ cluster }) => cluster);
  return `any one of ${first.join(', ')} and ${some.length - NAMED} more (${share})`;
};

type Home = { readonly cluster: string; readonly voters: number };

/** Synchronous: any one standby has received what was acknowledged, and it may have been one of the lost cluster itself. */
const goingOn = ({ settings, replicas }: Database, homes: readonly Home[], named: (some: readonly Home[]) => string): Text[] => {
  if (settings?.streamingMode !== 'Synchronous') return [told`If ${named(homes)} is lost: writes go on. ${AT_RISK}`];
  const [alone, together] = [homes.filter(({ voters }) => voters === 1), homes.filter(({ voters }) => voters > 1)];
  const slack = homes.some(({ voters }) => replicas - voters <= 2) ? ' Then one standby is left: without that one too, commits wait' : '';
  return [
    ...(alone.length === 0
      ? []
      : [
          told`If ${named(alone)} is lost: writes go on. No acknowledged row is at risk, as a standby elsewhere had received it (streamingMode Synchronous).${slack}`,
        ]),
    ...(together.length === 0
      ? []
      : [
          told`If ${named(together)} is lost: writes go on. Rows at risk, were the primary there: those that only a standby of the same cluster had received; streamingMode Synchronous waits for any one standby.${slack}`,
        ]),
  ];
};

/** No streamingMode is asynchronous: no bound in time follows from that. */
const AT_RISK = `Rows at risk, were the primary there: what no standby of another cluster has yet, up to ${bytesText(LAG_LIMIT_BYTES)} of WAL; in seconds unknown, as replication is asynchronous`;
