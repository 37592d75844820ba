import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeSlack } from '../../../playground/slack/index.ts';
import { showBlocks } from '../../../playground/slack/shown/blocks.ts';
import { blockLines } from '../../../playground/slack/transcript/block.ts';
import { validateView } from '../../../playground/slack/blocks/views.ts';
import { createSlackApp, type SlackApp } from '../../../src/adapters/slack/app.ts';
import { durableClient, patientClient } from '../../../src/adapters/slack/clients.ts';
import { createHomeTab } from '../../../src/adapters/slack/home-tab.ts';
import { createMemberships } from '../../../src/adapters/slack/memberships.ts';
import { createPeople } from '../../../src/adapters/slack/people.ts';
import { homeView } from '../../../src/adapters/slack/render/home.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { createInterpreter } from '../../../src/command/interpret.ts';
import { loadCommands } from '../../../src/command/registry.ts';
import type { DatabaseNow } from '../../../src/domain/database-now.ts';
import type { HomeContent } from '../../../src/domain/home.ts';
import type { Run } from '../../../src/domain/run.ts';
import { told } from '../../../src/domain/text.ts';
import type { Groups } from '../../../src/ports/groups.ts';
import { homeContent } from '../../../src/runs/home.ts';
import { reportHome, showHome } from '../../../src/execution/report-home.ts';
import { homeId } from '../../../src/domain/home.ts';
import { createRuns } from '../../../src/runs/create-runs.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryPeople } from '../../support/memory-people.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { memoryWatches } from '../../support/memory-watches.ts';
import { until } from './bench.ts';
import { applying, at, awaiting, blocked, bob, database, failed, fleet, succeeded } from './fixtures.ts';
import { CHANNEL, ELSEWHERE, keptLog, startWorkspace } from './workspace.ts';

const APP = { appId: 'A0PGDIST', botUserId: 'U0PGDIST', botName: 'pgdist', homeTab: true, events: ['app_mention', 'app_home_opened'] };
const SLACK = { channels: [CHANNEL], approvers: ['U0BOB', 'U0CAROL'], admins: ['U0CAROL'], requesterMayApprove: false };
const never = new AbortController().signal;

let slack: FakeSlack;
let app: SlackApp;
let bench: ReturnType<typeof benchOf>;

/** The tab as bot.ts puts it together, over a store in memory. */
const benchOf = (workspace: FakeSlack) => {
  const log = keptLog();
  const options = { token: workspace.botToken, slackApiUrl: workspace.apiUrl, log, clock: systemClock };
  const [store, watches, people] = [memoryStore(), memoryWatches(), memoryPeople()];
  const config = { fleet, databases: [database], slack: SLACK, approvalTimeoutMs: 1_800_000 };
  const standing = createPeople({ client: patientClient(options), clock: systemClock, log });
  let ids = 0;
  const runs = createRuns({
    store,
    watches,
    preferences: people.preferences,
    memberships: createMemberships({ client: patientClient(options), clock: systemClock, log }),
    people: standing,
    queue: { add: async () => undefined, report: async () => undefined, has: async () => true },
    clock: systemClock,
    random: { number: () => 0.5, id: () => String((ids += 1)) },
    config,
    log,
  });
  const telling = {
    store,
    watches,
    ...people,
    homeTab: createHomeTab({ client: durableClient(options), clock: systemClock, log }),
    schedule: { begin: async () => undefined, settled: async () => true, later: async () => undefined, due: async () => [] },
    leases: { take: async () => ({ epoch: 1, signal: never, leftMs: () => 1_000, assertHeld: () => undefined, release: async () => undefined }) },
    everyFleet: [config],
    clock: systemClock,
    log,
  };
  return { runs, store, watches, people, telling, standing, config, log };
};

const start = async (options: Parameters<typeof startWorkspace>[0] = {}): Promise<void> => {
  slack = await startWorkspace({ app: APP, ...options });
  bench = benchOf(slack);
  const { runs, telling, people, standing, log } = bench;
  app = createSlackApp({
    config: {
      fleets: [{ fleet }],
      slackApiUrl: slack.apiUrl,
      slackBotToken: slack.botToken,
      slack: SLACK,
      delivery: { kind: 'socket-mode', appToken: slack.appToken },
    },
    runs,
    answer: createInterpreter({ runs, fleets: [{ fleet, databases: [database] }], commands: await loadCommands() }),
    home: {
      async opened(visitor) {
        await people.homes.opened(visitor);
        await showHome(telling, visitor.userId, never);
      },
      forget: people.homes.forget,
    },
    people: standing,
    clock: systemClock,
    log,
  });
  await app.start();
};

beforeEach(() => start());
afterEach(async () => {
  await app.stop();
  await slack.close();
});

const opened = async (user: string): Promise<string> => {
  await slack.actor(user).openApp();
  await until(slack, () => slack.homeText(user) !== '', `the Home tab of ${user}`);
  return slack.homeText(user);
};
const inThread = (run: Run, permalink = 'https://home.slack.com/archives/C0DATABASES/p1'): Run => ({
  ...run,
  thread: { channel: CHANNEL, ts: '100.1', permalink },
});
const keep = async (run: Run): Promise<void> => {
  bench.store.put(run);
  await bench.store.setShown(run.id, {
    channel: run.thread.channel,
    ...(run.thread.ts === undefined ? {} : { ts: run.thread.ts, permalink: run.thread.permalink ?? '' }),
    replies: {},
  });
};

test('whoever opens the tab sees databases with their last verdict, what waits for them, and the newest runs with the way to each thread', async () => {
  await bench.watches.save(
    { fleet: 'demo', database: 'postgres' },
    { watched: { deployed: true, last: { at: new Date().toISOString(), standing: 'ill', what: told`1 of 2 standbys is missing` } }, revision: 0 },
    undefined,
    [],
  );
  await keep(inThread(awaiting));
  await keep(inThread({ ...failed, id: 'r2' }));
  const bobs = await opened('U0BOB');
  expect(bobs).toMatch(/^# Fleet demo\n2 clusters: demo-controller, demo-worker · 1 database\nworks in #databases · as of \d\d:\d\d:\d\d/);
  expect(bobs).toMatch(
    /# Waits for you\n`Deploy postgres on demo` — \*waiting for approval\* until .*\n.*Approve or reject in the thread\n.*\n\[Open the plan\] \[Cancel\]/,
  );
  expect(bobs).toMatch(
    /\*postgres\* · needs a look at \d\d:\d\d .*ago\)\n1 of 2 standbys is missing\n17\.2, 3 replicas on demo-controller, demo-worker\n\[Status\] \[Verify\] \[Plan\] \[Deploy\]/,
  );
  expect(bobs).toMatch(/# Newest runs\n`Deploy postgres on demo` — \*failed\*[\s\S]*\[Open the thread\] \[Retry\] \[Explain\]/);
  const alices = await opened('U0ALICE');
  expect(alices).toContain('No plan waits for your approval.');
  expect(alices).toMatch(/# Newest runs[\s\S]*— \*waiting for approval\*/);
});

test('Approve and Reject stand below the plan alone', async () => {
  await keep(inThread(awaiting));
  expect(await opened('U0BOB')).not.toMatch(/\[(Approve|Reject)\]/);
});

test.each([
  ['U0GUEST', 'guests of this workspace may look on'],
  ['U0STRANGER', 'people of another workspace'],
])('%s sees nothing but why', async (user, why) => {
  await keep(inThread(awaiting));
  const text = await opened(user);
  expect(text).toContain(why);
  expect(text).not.toContain('postgres');
});

test('whoever is in none of the channels sees whom to ask and nothing else, unless they are named by the configuration', async () => {
  await keep(inThread(awaiting));
  slack.setMembers(CHANNEL, ['U0PGDIST', 'U0CAROL']);
  expect(await opened('U0ALICE')).toBe(
    'What pgdist does is seen by who is in #databases, and you are in none of them. Ask there, or ask @carol, to be let in.',
  );
  expect(await opened('U0BOB')).toContain('# Waits for you');
});

test('runs of a channel that somebody is not in, and what is told in private, are not shown to them', async () => {
  await keep({ ...succeeded, id: 'r3', requestedBy: bob, thread: { channel: ELSEWHERE } });
  await keep({ ...succeeded, id: 'r4', kind: 'status', requestedBy: bob, private: true, thread: { channel: CHANNEL } });
  await keep({ ...succeeded, id: 'r5', requestedBy: bob, thread: { channel: CHANNEL } });
  const text = await opened('U0ALICE');
  expect(text).toContain('run `r5`');
  expect(text).not.toMatch(/run `r[34]`/);
  expect(await opened('U0BOB')).toMatch(/run `r4`/);
});

test('what waits for somebody by a group alone stands there, and where Slack does not say who is in it, that', async () => {
  await keep(inThread(awaiting));
  const policy = { ...SLACK, approvers: [], approverGroups: ['S0DBA'] };
  const visitor = { userId: 'U0BOB', openedAt: at('14:00'), channels: [CHANNEL] };
  const shownWith = async (membersOf: Groups['membersOf']): Promise<HomeContent> =>
    await homeContent({ ...bench.telling, everyFleet: [{ fleet, databases: [database], slack: policy }], groups: { membersOf } }, visitor);
  expect((await shownWith(async () => ({ kind: 'members', users: ['U0BOB'] }))).waiting).toHaveLength(1);
  expect((await shownWith(async () => ({ kind: 'members', users: ['U0CAROL'] }))).waiting).toEqual([]);
  const unknown = await shownWith(async () => ({ kind: 'silent' }));
  expect(unknown).toMatchObject({ waiting: [], silent: ['S0DBA'] });
  expect(JSON.stringify(homeView(unknown))).toContain('Whether more waits for you is not known');
});

test('whoever sees the only run among what waits for them is not told that there is none', async () => {
  await keep(inThread(awaiting));
  const text = await opened('U0BOB');
  expect(text).toContain('# Newest runs\nNone but what waits for you above.');
  expect(text).not.toContain('None yet');
});

test('while Slack does not say in which channels somebody is, nothing is shown', async () => {
  await app.stop();
  await slack.close();
  await start({ app: { ...APP, scopes: ['commands', 'chat:write', 'users:read', 'app_mentions:read'] } });
  expect(await opened('U0ALICE')).toMatch(/^Slack does not say in which channels you are, so nothing is shown here\./);
});

test('a button of a database opens the form with it chosen, and its submission is answered in the form', async () => {
  await opened('U0ALICE');
  await slack.actor('U0ALICE').clickInHome('home:deploy:postgres');
  await until(slack, () => slack.viewText('U0ALICE') !== '', 'the form');
  expect(slack.viewText('U0ALICE')).toContain('It is shown in #databases.\nDatabase: {(x) postgres');
  await slack.actor('U0ALICE').submitView({ database: 'postgres' });
  expect(slack.viewText('U0ALICE')).toMatch(/^Accepted\nPlanning `deploy postgres` on fleet \*demo\* · run `r1`/);
  expect((await bench.store.list(5)).map(({ thread, kind }) => [kind, thread.channel])).toEqual([['deploy', CHANNEL]]);
});

test.each([
  ['cancel', inThread(applying), 'Done\nRun `r7k2` is cancelled', 'U0ALICE'],
  ['retry', inThread(failed), 'Done\nRun `r7k2` begins again', 'U0BOB'],
  ['plan-again', inThread(blocked), 'Done\nRun `r7k2` begins again', 'U0ALICE'],
  ['verify-now', inThread(succeeded), 'Done\nVerifying `verify postgres` on fleet *demo* · run `r1`', 'U0ALICE'],
  ['explain', inThread(failed), 'Done\n', 'U0ALICE'],
] as const)('%s of a run does what it does on the card, and says so in a form', async (action, run, answer, user) => {
  await keep(run);
  await opened(user);
  await slack.actor(user).clickInHome(`home:${action}:r7k2`);
  await until(slack, () => slack.viewText(user) !== '', 'the answer');
  expect(slack.viewText(user)).toContain(answer);
});

test('what is refused says why in a form, and as a direct message where the trigger is over', async () => {
  await keep(inThread(failed));
  await opened('U0ALICE');
  await keep(inThread({ ...failed, retries: 1 }));
  await slack.actor('U0ALICE').clickInHome('home:retry:r7k2');
  await until(slack, () => slack.viewText('U0ALICE') !== '', 'the answer');
  expect(slack.viewText('U0ALICE')).toMatch(/^Not done\nNothing was done: this button is of an earlier end of run `r7k2`/);
  slack.faults.next('views.open', { kind: 'error', error: 'expired_trigger_id' });
  await slack
    .actor('U0ALICE')
    .clickInHome('home:verify-now:r7k2')
    .catch(() => undefined);
  await slack.actor('U0ALICE').clickInHome('home:explain:r7k2');
  await until(slack, () => slack.directMessages('U0ALICE').length > 0, 'the direct message');
});

test('direct messages are turned off and on by a button, which says what it does next', async () => {
  expect(await opened('U0ALICE')).toContain('[Deploy a database] [Do not write to me]');
  await slack.actor('U0ALICE').clickInHome('home:notify:off');
  await until(slack, () => slack.homeText('U0ALICE').includes('[Write to me]'), 'the other button');
  expect(await bench.people.preferences.notified('U0ALICE')).toBe(false);
  expect(slack.viewText('U0ALICE')).toMatch(/^Done\npgdist does not write to you directly any more/);
  await slack.actor('U0ALICE').clickInHome('home:notify:on');
  await until(slack, () => slack.homeText('U0ALICE').includes('[Do not write to me]'), 'the first button');
});

test('a tab that is open is published again when what it tells has changed, and not otherwise', async () => {
  await opened('U0BOB');
  await eventually(async () => expect(await bench.store.shown(homeId('U0BOB'))).toBeDefined());
  const published = () => slack.calls.filter(({ method }) => method === 'views.publish').length;
  await reportHome(bench.telling, homeId('U0BOB'), never);
  expect(published()).toBe(1);
  await keep(inThread(awaiting));
  await reportHome(bench.telling, homeId('U0BOB'), never);
  expect(published()).toBe(2);
  expect(slack.homeText('U0BOB')).toContain('waiting for approval');
  await reportHome(bench.telling, homeId('U0ALICE'), never);
  expect(published()).toBe(2);
});

test('while the store does not answer, the tab says so', async () => {
  bench.store.list = () => Promise.reject(Object.assign(new Error('Command timed out'), { name: 'TimeoutError' }));
  bench.people.homes.opened = () => Promise.reject(Object.assign(new Error('Command timed out'), { name: 'TimeoutError' }));
  expect(await opened('U0BOB')).toMatch(/pgdist's store answers too slowly, so `home` cannot be told now/);
});

const lookedAt = (name: string, standing: 'well' | 'ill' | 'danger'): DatabaseNow => ({
  fleet: 'demo',
  database: { ...database, name, placement: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`cluster-${index}`, [index]])) },
  last: { at: at('14:00'), standing, what: told`${'<!channel> *bold* `code` '.repeat(40)}` },
});

test('many databases and runs fit into the view, what needs somebody stands first, and words of others are no markup', () => {
  const many = (run: Run, count: number) => Array.from({ length: count }, (_, index) => inThread({ ...run, id: `r${index}x` }));
  const content: HomeContent = {
    fleets: [{ ...fleet, clusters: Array.from({ length: 16 }, (_, index) => ({ ...fleet.clusters[0]!, name: `cluster-${index}` })) }],
    databases: [...Array.from({ length: 60 }, (_, index) => lookedAt(`well-${index}`, 'well')), lookedAt('bad', 'danger'), lookedAt('ill', 'ill')],
    channels: [CHANNEL, ELSEWHERE],
    waiting: many(awaiting, 30),
    recent: many(failed, 10).map((run, index) => ({ ...run, id: `q${index}` })),
    notified: true,
  };
  const view = homeView(content, at('14:05'));
  expect(validateView(view, 'home')).toEqual([]);
  expect(JSON.stringify(view).length).toBeLessThan(200_000);
  const names = { user: () => undefined, channel: () => 'databases', usergroup: () => undefined, now: new Date(at('14:05')), timeZone: 'UTC' };
  const text = showBlocks(view.blocks as never, { names, people: [] })
    .flatMap(blockLines)
    .join('\n');
  expect(text).toMatch(/and 22 more: `\/pgdist pending`/);
  expect(text).toMatch(/and 42 more: `\/pgdist status`/);
  expect(text.indexOf('*bad* · DANGER')).toBeLessThan(text.indexOf('*ill* · needs a look'));
  expect(text.indexOf('*ill* · needs a look')).toBeLessThan(text.indexOf('*well-0*'));
  expect(JSON.stringify(view)).not.toContain('"type":"broadcast"');
});
