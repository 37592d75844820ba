import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHANNEL } from '../../playground/people.ts';
import type { Run } from '../../src/domain/run.ts';
import { pgdist, type Ended } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { configFor, testPlayground, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { terminalOf, userOf } from '../support/terminals.ts';

let folder: string;
let playground: TestPlayground;
const terminals = new Map<string, Record<string, string>>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-terminal-'));
  const configFile = join(folder, 'pgdist.yaml');
  const people = [
    { user: userOf('alice'), slack: 'U0ALICE' },
    { user: userOf('bob'), slack: 'U0BOB' },
    { user: userOf('nightly'), role: 'member' },
  ];
  await writeFile(configFile, JSON.stringify({ ...(JSON.parse(configFor(TWO_CLUSTERS)) as object), terminal: { people } }));
  playground = await testPlayground({ configFile, speed: 60 });
  for (const name of ['alice', 'bob', 'nightly', 'mallory']) terminals.set(name, await terminalOf(playground, name));
  // Slack is gone for all of them: nobody answers, and no bot is there to hear anybody.
  playground.slack.faults.always('*', { kind: 'drop' });
  await playground.bot.stop();
});
afterAll(async () => {
  await playground?.close();
  await rm(folder, { recursive: true, force: true });
});

const as = (name: string, ...args: string[]): Promise<Ended> => pgdist(args, terminals.get(name));
const runIn = ({ out }: Ended): Run => (JSON.parse(out) as { run: Run }).run;
let first: Run;

test('whom pgdist.yaml does not name is told what to add, and nothing is done', async () => {
  const { code, err } = await as('mallory', 'deploy', 'postgres');
  expect(code).toBe(4);
  expect(err).toContain(`the hub knows you as \`${userOf('mallory')}\`, whom pgdist.yaml does not name`);
  expect(await as('alice', 'runs', '-o', 'json')).toMatchObject({ code: 0, out: '{\n  "runs": []\n}\n' });
});

test('a plan is made and shown with the lines that decide about it', async () => {
  const looked = await as('alice', 'plan');
  expect(looked).toMatchObject({ code: 0 });
  expect(looked.out).toMatch(/^ {2}to do {6}demo-controller is an OCM hub/m);
  expect(looked.out).toContain('Nothing was changed. To have it: pgdist deploy postgres');
  const planned = await as('alice', 'deploy', '-o', 'json');
  expect(planned).toMatchObject({ code: 0 });
  first = runIn(planned);
  expect(first).toMatchObject({ state: 'awaiting-approval', requestedBy: { userId: 'U0ALICE' }, kind: 'deploy' });
  const shown = await as('bob', 'runs', first.id);
  expect(shown.out).toMatch(/^ {2}to do {6}demo-controller is an OCM hub/m);
  expect(shown.out).toContain(`pgdist approve ${first.id} --plan ${first.plan!.digest.slice(0, 12)}`);
});

test('policy decides as in Slack: not who asked, not a mere member, not without the plan that is there', async () => {
  const plan = first.plan!.digest.slice(0, 12);
  expect(await as('alice', 'approve', first.id, '--plan', plan)).toMatchObject({
    code: 4,
    err: expect.stringContaining('You asked for this run, so you may not approve it'),
  });
  expect(await as('nightly', 'approve', first.id, '--plan', plan)).toMatchObject({ code: 4, err: expect.stringContaining('may approve this plan') });
  expect(await as('bob', 'approve', first.id, '--plan', '0123456789ab')).toMatchObject({
    code: 4,
    err: expect.stringContaining('does not begin with'),
  });
  expect(await as('bob', 'approve', first.id)).toMatchObject({ code: 2, err: expect.stringContaining('Say which plan you saw') });
});

test('approved from a terminal, the deploy goes on to its end, followed step by step, while Slack takes nothing', async () => {
  const { code, out, err } = await as('bob', 'approve', first.id, '--plan', first.plan!.digest.slice(0, 8), '--watch');
  expect(err).toMatch(/^\d\d:\d\d:\d\d UTC {2}applying$/m);
  expect(err).toMatch(/\[\d+\/\d+\] .*: done$/m);
  expect(out).toContain('primary postgres-0 on demo-controller, 2 of 2 standbys streaming');
  expect(code).toBe(0);
});

test('status tells in words and by its exit code whether the database is well', async () => {
  const well = await as('nightly', 'status', 'postgres', '-o', 'yaml');
  expect(well.code).toBe(0);
  expect((parse(well.out) as { run: Run }).run.answer?.healthy).toBe(true);
  await playground.play('fleet: stop postgres-1');
  await eventually(async () => {
    const { code, out } = await as('nightly', 'status');
    expect(out).toContain('1 of 2 standbys is missing');
    expect(code).toBe(1);
  });
  expect(await as('alice', 'verify')).toMatchObject({ code: 1, out: expect.stringMatching(/^PGD-\d{3} /m) });
});

test('what fails is told with its cause and what to do, and a retry goes on from there', async () => {
  playground.fleet.apis.get('demo-worker')!.faults.down = true;
  const blocked = await as('alice', 'deploy', 'postgres', '--watch');
  expect(blocked.code).toBe(1);
  expect(blocked.out).toMatch(/^PGD-001 .*demo-worker/m);
  const [, id = ''] = /run (r\w+)/.exec(blocked.out) ?? [];
  expect(blocked.out).toContain(`pgdist retry ${id}`);
  playground.fleet.apis.get('demo-worker')!.faults.down = false;
  const again = await as('alice', 'retry', id, '--no-wait', '-o', 'json');
  expect(runIn(again)).toMatchObject({ id, retries: 1 });
  expect(await as('alice', 'cancel', id)).toMatchObject({ code: 0 });
});

test('what is locked and muted in a terminal is so for everybody, and its ends are, too', async () => {
  expect(await as('nightly', 'lock', 'postgres', 'mine')).toMatchObject({ code: 4, err: expect.stringContaining('approvers and admins may lock') });
  const locked = await as('bob', 'lock', 'postgres', 'storage is being moved');
  expect(locked).toMatchObject({ code: 0, out: expect.stringContaining('`pgdist unlock postgres <reason>` ends it') });
  expect(await as('alice', 'deploy', 'postgres')).toMatchObject({ code: 4, err: expect.stringContaining('“storage is being moved”') });
  expect(await as('alice', 'pending')).toMatchObject({ code: 0, out: expect.stringContaining('`postgres` is locked by @U0BOB') });
  expect(await as('bob', 'unlock', 'postgres', '--reason', 'it is moved')).toMatchObject({ code: 0, out: expect.stringContaining('is unlocked') });
  // Nothing of this playground is watched, which is for the use case to say.
  for (const line of [
    ['mute', 'postgres', '2h', 'a test'],
    ['unmute', 'postgres'],
  ])
    expect(await as('bob', ...line)).toMatchObject({ code: 4, err: expect.stringContaining('`postgres` is not watched') });
  expect(await as('nightly', 'history', 'postgres')).toMatchObject({ code: 0, out: expect.stringContaining(`\`${first.id}\` deploy postgres`) });
});

test('the audit names who did what, and that it was in a terminal', async () => {
  const { out } = await as('alice', 'audit', first.id);
  expect(out).toMatch(/@U0ALICE · deploy by terminal/);
  expect(out).toMatch(/@U0BOB · approve by terminal .*\*{0,2}done/);
  expect(out).toMatch(/@U0ALICE · approve by terminal .*refused/);
});

test('a support bundle comes as a file', async () => {
  const file = join(folder, 'bundle.tar.gz');
  const { code, out } = await as('bob', 'bundle', 'postgres', '--file', file);
  expect(code).toBe(0);
  expect(out).toContain(`written to ${file}`);
  expect((await readFile(file)).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
});

test('when Slack is back, the run that was started in a terminal has its thread', async () => {
  playground.slack.faults.clear();
  await playground.bot.start();
  await eventually(() => {
    const told = playground.slack.transcript(CHANNEL);
    expect(told).toContain('Deploy postgres on demo');
    expect(told).toContain('postgres is running over 2 clusters');
  });
});
