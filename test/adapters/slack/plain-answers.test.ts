import { expect, test } from 'vitest';
import { fits, simplified, type Message } from '../../../src/adapters/slack/render/message.ts';
import { statusAnswer } from '../../../src/adapters/slack/render/status-answer.ts';
import { toldMessage } from '../../../src/adapters/slack/render/told-message.ts';
import { troubleMessage } from '../../../src/adapters/slack/trouble.ts';
import { UserError } from '../../../src/domain/problem.ts';
import { started } from '../../../src/runs/sentences.ts';
import { link, told } from '../../../src/domain/text.ts';
import { at, brokenVerify, healthyStatus, missingStatus, run, silentStatus } from './fixtures.ts';
import { withTable } from './fixtures/long-tables.ts';
import { shownAs } from './shown.ts';
import { keptLog } from './workspace.ts';

const asked = { what: 'deploy postgres', requestId: 'T1', admins: ['U0OPS'] };
const permalink = 'https://home.example/archives/C0/p1?a=1&b=2';

/** Everything that is told to one person alone, by how it is made. */
const PRIVATE: Readonly<Record<string, readonly [Message, string]>> = {
  'a run that started': [toldMessage(started({ ...run, thread: { channel: 'C0', permalink } }, { kind: 'alive' })), 'follow it in the thread'],
  'a run that nobody works on': [
    toldMessage(started(run, { kind: 'none', since: at('14:01'), noticedAt: at('14:01:04'), namespace: 'pgdist' })),
    'is kept and goes on when one starts',
  ],
  'a refusal with the way to its thread': [
    troubleMessage(new UserError(told`Already approved.`, { text: 'To its thread', url: permalink }), asked, keptLog()),
    'Already approved.',
  ],
  'an outage': [troubleMessage(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), asked, keptLog()), 'it is not known whether'],
  'a bug': [troubleMessage(new Error('x'), asked, keptLog()), 'that is a bug of pgdist'],
  'a healthy status': [statusAnswer({ ...healthyStatus, private: true }, at('14:36')), 'postgres is healthy'],
  'a standby that is missing': [statusAnswer({ ...missingStatus, private: true }, at('14:36')), '1 of 2 standbys is missing'],
  'a cluster that is silent': [statusAnswer({ ...silentStatus, private: true }, at('14:36')), 'cannot be asked'],
  'a long table': [statusAnswer(withTable({ ...healthyStatus, private: true }, 90), at('14:36')), 'without --private'],
  'a broken database': [statusAnswer({ ...brokenVerify, kind: 'status', private: true }, at('14:36')), 'needs a look'],
};

test.each(Object.entries(PRIVATE))(
  '%s reads the same in its plainest form, which Slack takes wherever it takes anything',
  (_name, [message, words]) => {
    const plain = simplified(message);
    expect(fits(plain)).toBe(true);
    expect(plain.blocks.map(({ type }) => type).filter((type) => type !== 'actions')).toEqual(['section']);
    expect(shownAs(message)).toContain(words);
    expect(shownAs(plain)).toContain(words);
    expect(message.text).not.toBe('');
  },
);

test('a link leads somewhere in the plainest form as well, and nothing in it ends it early', () => {
  const evil = toldMessage(told`See ${link('https://a.example/<!channel>?x=1&y=2', 'a > b | c <!here>')}.`);
  expect(evil.text).toBe('See <https://a.example/%3C!channel%3E?x=1&amp;y=2|a &gt; b | c &lt;!here&gt;>.');
  const [message] = PRIVATE['a run that started']!;
  expect(simplified(message).text).toContain('<https://home.example/archives/C0/p1?a=1&amp;b=2|the thread>');
});
