import { afterEach, describe, expect, test } from 'vitest';
import type { Standing } from '../../../src/domain/look.ts';
import { told } from '../../../src/domain/text.ts';
import { UNSEEN } from '../../../src/domain/watched.ts';
import { type Bench, startBench, until } from './bench.ts';
import type { PolicyRule } from '../../../src/domain/policy.ts';
import type { Groups } from '../../../src/ports/groups.ts';
import { databasesFor } from '../../../src/runs/databases-now.ts';
import { awaiting, database, fleet } from './fixtures.ts';
import { CHANNEL } from './workspace.ts';

const orders = { ...database, name: 'orders', namespace: 'shop' };
const DATABASE = 'database';

let bench: Bench;
afterEach(() => bench.stop());

const open = async (...databases: (typeof database)[]): Promise<void> => {
  bench = await startBench('socket-mode', undefined, undefined, {}, databases);
};
const alice = () => bench.slack.actor('U0ALICE');
const ask = (line: string) => alice().command(CHANNEL, line);
const runs = async () => (await bench.runs.store.list(10)).map(({ kind, database: of, private: secret }) => [kind, of.name, secret ?? false]);
const ephemerals = (): string =>
  bench.slack
    .ephemerals('U0ALICE')
    .map(({ text }) => text)
    .join('\n');
const looked = async (name: string, standing: Standing, minutesAgo: number): Promise<void> => {
  const last = { at: new Date(Date.now() - minutesAgo * 60_000 - 5_000).toISOString(), standing, ...(standing === 'well' ? {} : { what: told`x` }) };
  await bench.runs.watches.save({ fleet: 'demo', database: name }, { watched: { ...UNSEEN, last }, revision: 0 }, undefined, []);
};

describe('a deploy without a name', () => {
  test('opens a form that says of each database its clusters, its last verdict and the age of that, and how to add one', async () => {
    await open(database, orders);
    await looked('postgres', 'ill', 3);
    const outcome = await ask('/pgdist deploy');
    expect(outcome).toMatchObject({ result: 'acknowledged' });
    expect(ephemerals()).toBe('');
    expect(bench.slack.viewText('U0ALICE')).toBe(`Deploy a database
It is planned first: nothing changes before an approver presses Approve below the plan. It is shown in #databases.
Database: {postgres (demo-controller, demo-worker · needs a look, seen 3 min ago) | orders (demo-controller, demo-worker · not looked yet)}
Another one? Declare it below \`databases\` in \`pgdist.yaml\`, and restart pgdist with it:
\`\`\`
databases:
  - name: billing
    namespace: demo
    version: "17.2"
    replicas: 3
    storage: 2Gi
    placement:
      demo-controller: [0, 2]
      demo-worker: [1]
\`\`\`
[Back] [Plan it]`);
  });

  test('does what the typed command does when it is submitted, and answers as that does', async () => {
    await open(database, orders);
    await ask('/pgdist deploy');
    expect(await alice().submitView({})).toMatchObject({ result: 'invalid', errors: { [DATABASE]: 'Please complete this required field.' } });
    expect(await alice().submitView({ [DATABASE]: 'orders' })).toMatchObject({ result: 'acknowledged' });
    expect(alice().view()).toBeUndefined();
    await until(bench.slack, () => ephemerals() !== '', 'the answer');
    expect(ephemerals()).toContain('Planning deploy orders on fleet demo · run r1 · follow it in this channel, its thread tells the rest');
    expect(await runs()).toEqual([['deploy', 'orders', false]]);
    expect(bench.runs.store.entries.map(({ deed, way, outcome }) => [deed, way, outcome])).toEqual([
      ['deploy', 'form', 'asked'],
      ['deploy', 'form', 'done'],
    ]);
  });

  test('starts one run however often its submission is delivered', async () => {
    await open(database, orders);
    await ask('/pgdist deploy');
    bench.slack.faults.nextDelivery('duplicate');
    await alice().submitView({ [DATABASE]: 'orders' });
    await until(bench.slack, () => ephemerals() !== '', 'the answer');
    expect(await runs()).toEqual([['deploy', 'orders', false]]);
  });

  test('asked for twice is two forms, each of which counts', async () => {
    await open(database, orders);
    for (const name of ['orders', 'postgres']) {
      await ask('/pgdist deploy');
      await alice().submitView({ [DATABASE]: name });
    }
    expect((await runs()).map(([, name]) => String(name)).toSorted((a, b) => a.localeCompare(b))).toEqual(['orders', 'postgres']);
  });

  test('that is refused says so in the form', async () => {
    await open(database);
    bench.runs.keep(awaiting);
    await ask('/pgdist deploy');
    expect(bench.slack.viewText('U0ALICE')).toContain('{(x) postgres');
    await alice().submitView({ [DATABASE]: 'postgres' });
    expect(bench.slack.viewText('U0ALICE')).toMatch(/^Not accepted\nRun `r7k2` by @alice waits for approval to deploy .*Your request was not queued/);
    expect(await runs()).toHaveLength(1);
  });

  test.each(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'view_too_large', 'missing_scope'])(
    'is answered in text where Slack refuses the form: %s',
    async (error) => {
      await open(database, orders);
      bench.slack.faults.next('views.open', { kind: 'error', error });
      const outcome = await ask('/pgdist deploy');
      expect(outcome).toMatchObject({
        ack: { text: `Slack did not open the form (${error}). Say which database: /pgdist deploy postgres, /pgdist deploy orders.` },
      });
      expect(alice().view()).toBeUndefined();
    },
  );

  test('is answered in text where Slack does not answer', async () => {
    await open(database);
    bench.slack.faults.next('views.open', { kind: 'drop' });
    expect(await ask('/pgdist deploy')).toMatchObject({
      ack: { text: 'Slack did not open the form (no answer). Say which database: /pgdist deploy postgres.' },
    });
  });
});

describe('a form lists what its person may ask for', () => {
  const others = (...groups: string[]): PolicyRule => ({ databases: ['orders'], verbs: ['deploy'], requesters: { users: ['U0CAROL'], groups } });
  const shown = async (rules: readonly PolicyRule[], membersOf: Groups['membersOf'], line = '/pgdist deploy'): Promise<string> => {
    const slack = { channels: [CHANNEL], approvers: [], admins: [], requesterMayApprove: false, rules };
    bench = await startBench('socket-mode', () => ({
      databases: (_channels, asking) =>
        databasesFor(
          { watches: bench.runs.watches, log: bench.log, groups: { membersOf } },
          [{ fleet, databases: [database, orders], slack }],
          asking,
        ),
    }));
    await ask(line);
    return bench.slack.viewText('U0ALICE');
  };
  const inGroup =
    (...users: string[]) =>
    async () =>
      ({ kind: 'members', users }) as const;

  test('and says what the rules keep for others', async () => {
    const text = await shown([others()], inGroup());
    expect(text).toContain('Not listed: `orders`. The rules let others alone ask for `deploy`.');
    expect(text).not.toContain('orders (');
    expect(text).toContain('postgres (');
  });

  test.each([
    ['is in the group', inGroup('U0ALICE'), /orders \(/, /Not listed/],
    ['is not in the group', inGroup('U0BOB'), /Not listed: `orders`\. The rules/, /orders \(/],
    [
      'is nowhere, as Slack does not say who is in it',
      async () => ({ kind: 'silent' }) as const,
      /Not listed: `orders`\. Slack does not say who is in/,
      /orders \(/,
    ],
  ] as const)('by a group: whoever %s', async (_what, membersOf, there, away) => {
    const text = await shown([others('S0SHOP')], membersOf);
    expect(text).toMatch(there);
    expect(text).not.toMatch(away);
  });

  test('and where it is nothing at all, that', async () => {
    const text = await shown([{ requesters: { users: ['U0CAROL'], groups: [] } }], inGroup());
    expect(text).toContain('There is no database of which it is known that you may ask for `deploy`.');
    expect(text).not.toContain('[Plan it]');
  });
});

test('what takes long to read comes into the form after it is open', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  bench = await startBench('socket-mode', (useCases) => ({
    databases: (channels, asking) => promise.then(() => useCases.databases(channels, asking)),
  }));
  const asking = ask('/pgdist deploy');
  await until(bench.slack, () => bench.slack.viewText('U0ALICE') !== '', 'the form');
  expect(bench.slack.viewText('U0ALICE')).toBe('Deploy a database\nReading how the databases are…\n[Back]');
  resolve();
  await asking;
  await until(bench.slack, () => bench.slack.viewText('U0ALICE').includes('not looked yet'), 'the filled form');
});

test('what was seen last of a database is told as not known where it cannot be read', async () => {
  await open(database);
  bench.runs.watches.recall = () => Promise.reject(new Error('Command timed out'));
  await ask('/pgdist deploy');
  expect(bench.slack.viewText('U0ALICE')).toContain('last look not known');
});

test('where the configuration has no database, the form says how to add the first', async () => {
  await open();
  await ask('/pgdist deploy');
  expect(bench.slack.viewText('U0ALICE')).toMatch(
    /^Deploy a database\nThere is no database in the configuration of fleet \*demo\*\.\nDeclare one below `databases` in `pgdist\.yaml`[\s\S]*name: orders[\s\S]*\[Close\]$/,
  );
});

test.each([
  ['plan', 'Plan a deploy', [['plan', 'orders', false]]],
  ['verify', 'Verify a database', [['verify', 'orders', false]]],
  ['status', 'Status of a database', [['status', 'orders', false]]],
] as const)('%s of several databases opens the same form', async (verb, title, started) => {
  await open(database, orders);
  await ask(`/pgdist ${verb}`);
  expect(alice().view()?.title).toBe(title);
  await alice().submitView({ [DATABASE]: 'orders' });
  expect(await runs()).toEqual(started);
});

test('a status may be asked for to be answered in private', async () => {
  await open(database, orders);
  await ask('/pgdist status');
  await alice().submitView({ [DATABASE]: 'orders', privately: ['privately'] });
  expect(await runs()).toEqual([['status', 'orders', true]]);
});

test.each([
  [11, /\{database-1 \(.*\| database-11 \(/],
  [250, /\{database-1 \(.*\| database-250 \(/],
])('%d databases over sixteen clusters fit into the form', async (many, listed) => {
  const placement = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`cluster-${index}-of-a-long-name`, [index]]));
  await open(...Array.from({ length: many }, (_, index) => ({ ...database, name: `database-${index + 1}`, placement })));
  await ask('/pgdist plan');
  expect(bench.slack.viewText('U0ALICE')).toMatch(listed);
  expect(bench.slack.viewText('U0ALICE')).toMatch(/\(cluster-0-of-a-long-name and 15 more · not looked yet\)/);
  await alice().submitView({ [DATABASE]: `database-${many}` });
  expect(await runs()).toEqual([['plan', `database-${many}`, false]]);
});

test('a guest is told so in place of a form', async () => {
  await open(database, orders);
  const outcome = await bench.slack.actor('U0GUEST').command(CHANNEL, '/pgdist deploy');
  expect(JSON.stringify(outcome)).toContain('guests of this workspace');
  expect(bench.slack.actor('U0GUEST').view()).toBeUndefined();
});
