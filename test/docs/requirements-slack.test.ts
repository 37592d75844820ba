import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OPTIONAL_SCOPES, SCOPES } from '../../src/adapters/slack/manifest.ts';
import { budgeted, POSTS, TIER_OF } from '../../src/adapters/slack/rates.ts';
import { plainText, told } from '../../src/domain/text.ts';
import { NO_ANSWER, REFUSALS, remedyOf } from '../../src/domain/thread-refusal.ts';

const page = readFileSync(new URL('../../docs/requirements.md', import.meta.url), 'utf8');
const [, slack = ''] = page.split(/^## Slack$/m);
const section = slack.split(/^## /m)[0] ?? '';

/** Rows of the table under this heading, as they are written. */
const rowsUnder = (heading: string): string[] => {
  const [, part = ''] = section.split(`### ${heading}\n`);
  return (part.split(/^### /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
};
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

test('every scope is there with what it is for, and whether pgdist starts without it', () => {
  expect(rowsUnder('Scopes of the app')).toEqual([
    ...Object.entries(SCOPES).map(([scope, what]) => row(`\`${scope}\``, 'needed', what)),
    ...Object.entries(OPTIONAL_SCOPES).map(([scope, what]) => row(`\`${scope}\``, 'optional', what)),
    row('`connections:write`', 'Socket Mode', 'of the app-level token: opens the connections'),
  ]);
});

test('every refusal is there with what is told about it', () => {
  const remedies = Map.groupBy(
    Object.keys(REFUSALS).filter((error) => error !== NO_ANSWER),
    (error) => `${REFUSALS[error]?.about} | ${plainText(told`${remedyOf({ error, needed: 'files:write' }, 'databases')}`)}`,
  );
  expect(rowsUnder('Refusals, and what is said')).toEqual(
    [...remedies].map(([what, errors]) => `| ${errors.map((error) => `\`${error}\``).join(' ')} | ${what} |`),
  );
});

test('every limit is there as it is kept', () => {
  const tier = (method: string): string => {
    const { most } = budgeted(method, {});
    const progress = method === 'chat.update' ? `${most}, ${budgeted(method, {}, true).most} of them for progress` : `${most}`;
    return row(`\`${method}\``, `${TIER_OF[method]?.replace('tier', 'tier ')}`, `${progress} a minute`);
  };
  expect(rowsUnder('Limits that all processes keep together')).toEqual([
    row('`chat.postMessage`', 'one a second in each channel, with short bursts', `${POSTS.most} in ${POSTS.windowMs / 1_000} s in each channel`),
    ...Object.keys(TIER_OF).map(tier),
  ]);
});
