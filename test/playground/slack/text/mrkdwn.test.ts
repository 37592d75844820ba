import { expect, it } from 'vitest';
import { parseMrkdwn } from '../../../../playground/slack/text/mrkdwn.ts';
import { partLines } from '../../../../playground/slack/transcript/inline.ts';

const names = {
  user: (id: string) => (id === 'U1' ? 'alice' : undefined),
  channel: (id: string) => (id === 'C1' ? 'ops' : undefined),
  usergroup: (id: string) => (id === 'S1' ? 'db-team' : undefined),
  now: new Date('2026-03-04T10:00:00Z'),
  timeZone: 'UTC',
};

const read = (text: string): string => partLines(parseMrkdwn(text, names)).join('\n');

it.each([
  ['marks', '*bold* _italic_ ~gone~ `code`', '*bold* _italic_ ~gone~ `code`'],
  ['marks inside words are text', 'a*b*c snake_case_name 2*3*4', 'a*b*c snake_case_name 2*3*4'],
  ['people, channels, groups and everyone', '<@U1> <#C1> <!subteam^S1> <!here>', '@alice #ops @db-team @here'],
  ['unknown people by their label or id', '<@U9|zed> <@U8>', '@zed @U8'],
  ['links', '<https://example.com|docs> <https://example.com>', 'docs <https://example.com> https://example.com'],
  ['nothing but links of known schemes', '<javascript:alert(1)|x>', '<javascript:alert(1)|x>'],
  ['escapes', 'a &lt;b&gt; &amp;amp; `&lt;x&gt;`', 'a <b> &amp; `<x>`'],
  ['dates', '<!date^1772618400^{date_short_pretty} at {time_secs}|later>', 'today at 10:00:00'],
  ['a date without a time', '<!date^soon^{date}|later>', 'later'],
  ['quotes', '&gt; one\n&gt; two\nthree', '> one\n> two\nthree'],
  ['preformatted text, untouched', 'see\n```\n*a*  <@U1>\n```\ndone', 'see\n```\n*a*  <@U1>\n```\ndone'],
  ['emoji that are known', ':rocket: :no_such_thing:', '🚀 :no_such_thing:'],
])('%s', (_, given, wanted) => {
  expect(read(given)).toBe(wanted);
});
