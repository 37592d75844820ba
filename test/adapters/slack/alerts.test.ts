import { afterEach, beforeEach, expect, test } from 'vitest';
import { fleet } from './fixtures.ts';
import { createAlerts } from '../../../src/adapters/slack/alerts.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { told } from '../../../src/domain/text.ts';
import type { Shown } from '../../../src/ports/run-store.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { patienceMs } from '../../support/eventually.ts';
import { callsOf } from './thread-bench.ts';
import { CHANNEL, ELSEWHERE, keptLog, settableClock, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const NOW = new Date().toISOString();
const minutes = (count: number): string => new Date(Date.parse(NOW) + count * 60_000).toISOString();
const alert: Alert = {
  id: 'alert-postgres-1',
  database: 'postgres',
  severity: 'ill',
  lead: {
    problem: { code: 'PGD-062', what: told`1 of 2 standbys is missing`, evidence: ['postgres-1 <!channel> ended'], remedy: told`Read its log.` },
    cluster: 'tokyo',
  },
  others: 0,
  began: { at: minutes(-2), reported: true },
  openedAt: NOW,
  seenAt: NOW,
  places: [{ channel: CHANNEL }],
};
const over: Alert = { ...alert, ended: { how: 'well', at: minutes(10) } };

/** A worker's side of alerts over the fake Slack, and what its store holds. */
const bench = (config: Parameters<typeof createAlerts>[0]['config'] = { fleet, slack: {} }) => {
  const create = () =>
    createAlerts({
      token: slack.botToken,
      slackApiUrl: slack.apiUrl,
      config,
      clock: { ...settableClock(NOW), sleep: async () => undefined },
      log: keptLog(),
    });
  let alerts = create();
  let stored: Shown = { channel: CHANNEL, replies: {} };
  let writes = 0;
  let failing: (write: number) => boolean = () => false;
  return {
    restart: () => void (alerts = create()),
    failWrites(which: (write: number) => boolean) {
      writes = 0;
      failing = which;
    },
    async show(shown: Alert): Promise<number | undefined> {
      const remember = async (next: Shown): Promise<void> => {
        writes += 1;
        if (failing(writes)) throw new Error('the store is away');
        stored = next;
      };
      const result = await alerts.show(shown, stored, remember, AbortSignal.timeout(patienceMs()));
      stored = result.shown;
      return result.againMs;
    },
  };
};

const textsIn = (channel: string): string[] => slack.messages(channel).map(({ ts }) => slack.messageText(channel, ts).replaceAll('*', ''));

test.each([1, 2, 3])('an alert whose worker died before write %i, and that is over meanwhile, says so in its one message', async (dies) => {
  const alerts = bench();
  alerts.failWrites((write) => write >= dies);
  await alerts.show(alert).catch(() => undefined);
  alerts.failWrites(() => false);
  alerts.restart();
  const isThere = slack.messages(CHANNEL).length;
  await alerts.show(over);
  // What ended before Slack took it is told to nobody any more.
  expect(textsIn(CHANNEL)).toEqual(Array.from({ length: isThere }, () => expect.stringContaining('is well again')));
});

test('an alert is one message, edited while it lasts and at its end, which says how long it took', async () => {
  const { show } = bench();
  await show(alert);
  await show(alert);
  expect(callsOf(slack, 'chat.update')).toBe(0);
  expect(textsIn(CHANNEL)[0]).toMatch(
    /postgres needs a look since \d\d:\d\d:\d\d \(2 min\): 1 of 2 standbys is missing\n\s*`PGD-062` postgres-1 <!channel> ended\./,
  );
  await show({ ...alert, seenAt: minutes(5), others: 2 });
  expect(textsIn(CHANNEL)[0]).toContain('(7 min)');
  expect(textsIn(CHANNEL)[0]).toContain('And 2 more problems, listed by `/pgdist verify postgres`');
  await show(over);
  expect(textsIn(CHANNEL)).toHaveLength(1);
  expect(textsIn(CHANNEL)[0]).toMatch(
    /postgres is well again since \d\d:\d\d:\d\d, after 12 min · what it was: `PGD-062` 1 of 2 standbys is missing/,
  );
});

test('it calls nobody, whatever clusters and people write into it', async () => {
  await bench().show({ ...alert, mute: { by: { userId: 'U0BOB', teamId: 'T0' }, at: NOW, until: minutes(60), reason: '<@U0ALICE> <!here>' } });
  const [posted] = slack.calls.filter(({ method }) => method === 'chat.postMessage');
  expect(JSON.stringify(posted)).not.toMatch(/"type":"(?:user|usergroup|broadcast)"|<@U0/);
  expect(textsIn(CHANNEL)[0]).toContain('Alerts are muted until');
});

test('whichever write a worker died before, and whichever answer of Slack was lost, nothing is told twice', async () => {
  for (let dies = 1; dies <= 4; dies += 1) {
    const { show, restart, failWrites } = bench();
    const mine = { ...alert, id: `alert-postgres-dies-${dies}` };
    failWrites((write) => write >= dies);
    await show(mine).catch(() => undefined);
    failWrites(() => false);
    restart();
    await show(mine);
    await show(mine);
    expect(textsIn(CHANNEL), `before write ${dies}`).toHaveLength(dies);
  }
});

test('whose answer was lost is found, and its next edit is the first', async () => {
  const { show } = bench();
  slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
  expect(await show(alert)).toBeGreaterThan(0);
  await show(alert);
  await show(over);
  expect(textsIn(CHANNEL)).toHaveLength(1);
  expect(textsIn(CHANNEL)[0]).toContain('is well again');
});

test('where the thread is gone it stands in the channel, and in the next channel where that takes none', async () => {
  const { show } = bench();
  await show({ ...alert, places: [{ channel: CHANNEL, threadTs: '100.1' }, { channel: ELSEWHERE }] });
  expect(textsIn(ELSEWHERE)).toHaveLength(1);
  await show({ ...over, places: [{ channel: CHANNEL, threadTs: '100.1' }, { channel: ELSEWHERE }] });
  expect(textsIn(ELSEWHERE)[0]).toContain('is well again');
});

test('what was over before Slack took it is told to nobody', async () => {
  await bench().show(over);
  expect(textsIn(CHANNEL)).toEqual([]);
});

test.each([
  [{ severity: 'danger' as const }, 'Danger: postgres since'],
  [
    { severity: 'unknown' as const, began: { at: minutes(-6), reported: false, wellAt: minutes(-8) } },
    /postgres cannot be judged first seen .* \(6 min\), last seen well/,
  ],
  [{ known: alert.lead }, 'Known before nobody could be asked: `PGD-062` 1 of 2 standbys is missing'],
  [{ ended: { how: 'grew' as const, at: NOW } }, 'postgres became worse at'],
  [{ ended: { how: 'unwatched' as const, at: NOW } }, 'postgres is not watched any more since'],
  [{ severity: 'notice' as const }, '1 of 2 standbys is missing · `PGD-062`'],
  [{ severity: 'notice' as const, ended: { how: 'well' as const, at: NOW } }, 'It is over since'],
])('%o is told as %s', async (changes, words) => {
  const { show } = bench();
  await show(alert);
  await show({ ...alert, ...changes });
  expect(textsIn(CHANNEL)[0]).toMatch(words);
});

test('of several fleets an alert says of which it tells, with a line that names it', async () => {
  const of = (name: string) => ({ fleet: { ...fleet, name }, slack: {}, databases: [{ name: 'postgres' }] });
  const { show } = bench([of('eu'), of('us')]);
  await show({ ...alert, fleet: 'us', others: 1 });
  const [message] = slack.messages(CHANNEL);
  expect(slack.messageText(CHANNEL, message!.ts)).toContain('postgres on us needs a look');
  expect(slack.messageText(CHANNEL, message!.ts)).toContain('/pgdist verify postgres --fleet us');
});
