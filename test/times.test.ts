import { describe, expect, test } from 'vitest';
import { sourcesOf } from './support/sources.ts';

/** How a time for people could be written past the one that knows the reader's zone (a time of `Span`) and the one that says UTC (`clockTime`). */
const OWN_WAYS: Readonly<Record<string, RegExp>> = {
  'a piece of an ISO time': /toISOString\(\)\s*\??\.(?:slice|substring|substr|replace|split)\(|[iI]nstant\.slice\(|\bat\.slice\(|At\.slice\(/,
  'a time in the zone of the process':
    /\.(?:toLocale(?:Date|Time)?String|to(?:Time|Date|UTC|GMT)String)\(|\.get(?:UTC)?(?:Hours|Minutes|Seconds|Date|Month|Day)\(/,
  'a format of its own': /Intl\.DateTimeFormat/,
  "Slack's date": /<!date\^|type: 'date'/,
};

/** Where it is not for people, or is the one place. */
const KNOWN: Readonly<Record<string, string>> = {
  "src/adapters/slack/render/mrkdwn.ts Slack's date": 'the one place for mrkdwn',
  "src/adapters/slack/render/span.ts Slack's date": 'the one place for rich text',
  'src/domain/clock-time.ts a piece of an ISO time': 'the one place for what knows no zone',
  'src/domain/freeze.ts a piece of an ISO time': 'a day of the calendar, to reckon with',
  'src/domain/freeze.ts a time in the zone of the process': 'the weekday of a date, reckoned in UTC',
  'src/domain/wall-time.ts a format of its own': 'reads the clock of a zone, to reckon with',
  'src/domain/quiet-hours.ts a format of its own': 'reads the clock of the zone that the configuration names',
  'src/steps/preflight/fleet-claimed.ts a piece of an ISO time': 'a MicroTime of Kubernetes, for machines',
};

const foundIn = ({ file, text }: { readonly file: string; readonly text: string }): string[] =>
  Object.entries(OWN_WAYS)
    .filter(([, pattern]) => pattern.test(text))
    .map(([what]) => `${file} ${what}`);

describe('a time that a person reads is made in one place', () => {
  const sources = sourcesOf('src', 'commands');

  test('nothing else formats one', () => {
    expect(sources.flatMap(foundIn).filter((found) => KNOWN[found] === undefined)).toEqual([]);
  });

  test('the known places are all still there', () => {
    expect(sources.flatMap(foundIn).toSorted()).toEqual(Object.keys(KNOWN).toSorted());
  });

  test.each([
    ['a piece of an ISO time', 'now.toISOString().slice(0, 16)'],
    ['a piece of an ISO time', 'run.endedAt.slice(11, 16)'],
    ['a time in the zone of the process', 'at.toLocaleTimeString()'],
    ['a time in the zone of the process', '`${at.getHours()}:${at.getMinutes()}`'],
    ["Slack's date", '`<!date^${seconds}^{time}|then>`'],
  ])('%s is found', (what, text) => {
    expect(foundIn({ file: 'a', text })).toContain(`a ${what}`);
  });
});
