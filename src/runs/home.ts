import { namedApprovers, waitsFor } from '../domain/approving.ts';
import type { HomeContent, Visitor } from '../domain/home.ts';
import { UserError } from '../domain/problem.ts';
import { isWithdrawn } from '../domain/run-moves.ts';
import type { Actor, Run } from '../domain/run.ts';
import { channel, joined, told, within, type Text } from '../domain/text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Groups } from '../ports/groups.ts';
import { askedGroups, NO_GROUPS } from './membership.ts';
import type { Preferences } from '../ports/homes.ts';
import { databasesNow, fleetsIn, type NowDeps } from './databases-now.ts';
import { doDeed } from './deed.ts';
import { thoseWhoRun } from './sentences.ts';
import type { FleetSeen, RunDeps } from './use-case.ts';

/**
 * Who opens the Home tab sees there what they see in the channels: databases of the fleets that work in a channel that they are in, and the runs of those
 * channels. Whom a fleet names as approver or admin sees all of it. Throws UserError, with whom to ask, for whoever is in none, and while Slack does not say.
 */
export const visitHome = (deps: RunDeps, by: Actor): Promise<Visitor> =>
  doDeed(deps, 'home', { way: 'home', by, channel: '' }, async () => {
    const { memberships, clock, config, everyFleet = [config] } = deps;
    const all = channelsOf(everyFleet);
    const named = channelsOf(everyFleet.filter(({ slack }) => [...namedApprovers(slack), ...slack.admins].includes(by.userId)));
    const said = named.length === all.length ? all : await memberships?.channelsOf(by.userId, all);
    const channels = [...new Set([...named, ...(said ?? [])])];
    if (channels.length > 0) return { userId: by.userId, openedAt: clock.now().toISOString(), channels };
    throw new UserError(said === undefined ? notSaid(everyFleet) : notThere(everyFleet));
  });

const channelsOf = (fleets: readonly FleetSeen[]): string[] => [...new Set(fleets.flatMap(({ slack }) => slack.channels))];
const adminsOf = (fleets: readonly FleetSeen[]): string[] => [...new Set(fleets.flatMap(({ slack }) => slack.admins))];

const notThere = (fleets: readonly FleetSeen[]): Text =>
  told`What pgdist does is seen by who is in ${listed(channelsOf(fleets))}, and you are in none of them. Ask there, or ask ${thoseWhoRun(adminsOf(fleets))}, to be let in.`;

const notSaid = (fleets: readonly FleetSeen[]): Text =>
  told`Slack does not say in which channels you are, so nothing is shown here. Ask in ${listed(channelsOf(fleets))}, where \`/pgdist runs\` and \`/pgdist status\` work; if it stays so, ${thoseWhoRun(adminsOf(fleets))} can give the Slack app the scopes \`channels:read\` and \`groups:read\`.`;

const listed = (channels: readonly string[]) => within(joined(channels.map(channel), ', '));

/** Of more runs than these nothing is told. */
const NEWEST = 40;
const MOST_RECENT = 10;

interface ContentDeps extends NowDeps {
  readonly store: Pick<RunDeps['store'], 'list' | 'live'>;
  readonly preferences: Pick<Preferences, 'notified'>;
  readonly everyFleet: readonly FleetSeen[];
  /** Default: no group is ever known, and nothing waits for anybody by one. */
  readonly groups?: Groups;
  readonly clock: Pick<Clock, 'now'>;
}

/** What the tab of this visitor tells now. */
export const homeContent = async (deps: ContentDeps, visitor: Visitor): Promise<HomeContent> => {
  const { store, preferences, clock } = deps;
  const fleets = fleetsIn(deps.everyFleet, visitor.channels);
  const [databases, newest, live, notified] = await Promise.all([
    databasesNow(deps, fleets),
    store.list(NEWEST),
    store.live(),
    preferences.notified(visitor.userId),
  ]);
  const seen = (run: Run): boolean => isSeenBy(visitor, run);
  const members = await membersOfWaiting(deps, live.filter(seen), visitor.userId);
  const policyOf = (run: Run) => fleets.find(({ fleet }) => fleet.name === run.fleet.name)?.slack;
  const waits = (run: Run): boolean => {
    const policy = policyOf(run);
    return policy !== undefined && waitsFor(policy, run, visitor.userId, clock.now(), members.known) === 'yes';
  };
  const waiting = live.filter((run) => seen(run) && waits(run)).toSorted((a, b) => (a.planExpiresAt ?? '').localeCompare(b.planExpiresAt ?? ''));
  const recent = newest.filter((run) => seen(run) && !waiting.some(({ id }) => id === run.id)).slice(0, MOST_RECENT);
  return {
    fleets: fleets.map(({ fleet }) => fleet),
    databases,
    channels: visitor.channels,
    waiting,
    recent,
    notified,
    ...(members.silent.length === 0 ? {} : { silent: members.silent }),
  };
};

/** Who is in the groups by which something that waits may wait for the person; and of which of those Slack does not say it. */
const membersOfWaiting = async (
  { groups = NO_GROUPS, everyFleet, clock }: ContentDeps,
  runs: readonly Run[],
  userId: string,
): ReturnType<typeof askedGroups> => {
  const wanted = runs.flatMap((run) => {
    const policy = everyFleet.find(({ fleet }) => fleet.name === run.fleet.name)?.slack;
    const waits = policy === undefined ? 'no' : waitsFor(policy, run, userId, clock.now());
    return typeof waits === 'string' ? [] : waits;
  });
  return await askedGroups(groups, wanted);
};

/** What is told in private stays so, and what was never accepted is shown nowhere. */
export const isSeenBy = ({ userId, channels }: Pick<Visitor, 'userId' | 'channels'>, run: Run): boolean => {
  if (isWithdrawn(run) || run.acceptBy !== undefined) return false;
  return run.requestedBy.userId === userId || (run.private !== true && channels.includes(run.thread.channel));
};
