import { expect, test } from 'vitest';
import { card } from '../../src/adapters/slack/render/card.ts';
import { repliesOf } from '../../src/adapters/slack/thread-replies.ts';
import { shownRun } from '../../src/cli/show-run.ts';
import { driftOf } from '../../src/domain/drift.ts';
import { namingFleet, namingFleetInRemedies } from '../../src/domain/naming-fleet.ts';
import { notDeployed } from '../../src/domain/primary-faults.ts';
import type { Run } from '../../src/domain/run.ts';
import { sourceOf, told, type Text } from '../../src/domain/text.ts';
import * as fixtures from '../adapters/slack/fixtures.ts';
import { sourcesOf } from '../support/sources.ts';

const of = (name: string, clusters: readonly string[], ...databases: string[]) => ({
  fleet: { name, clusters: clusters.map((each) => ({ ...fixtures.fleet.clusters[0]!, name: each })) },
  databases: databases.map((each) => ({ name: each })),
});
const two = [of('eu', ['hub', 'west'], 'postgres', 'orders'), of('us', ['hub', 'east'], 'postgres', 'orders-archive')];
const named = (text: Text, fleet: string | undefined = 'us', fleets = two): string => sourceOf(namingFleet(fleet, fleets)(text));

test.each([
  [told`\`/pgdist deploy postgres\` plans it.`, '`/pgdist deploy postgres --fleet us` plans it.'],
  [told`Type /pgdist mute postgres 2h, then wait.`, 'Type /pgdist mute postgres --fleet us 2h, then wait.'],
  [told`\`/pgdist unlock postgres <reason>\` ends it.`, '`/pgdist unlock postgres --fleet us <reason>` ends it.'],
  [told`\`/pgdist verify postgres\`, \`/pgdist status postgres\``, '`/pgdist verify postgres --fleet us`, `/pgdist status postgres --fleet us`'],
  [told`\`/pgdist deploy postgres --fleet eu\``, '`/pgdist deploy postgres --fleet eu`'],
  [told`\`/pgdist deploy orders\` and \`/pgdist deploy orders-archive\``, '`/pgdist deploy orders` and `/pgdist deploy orders-archive`'],
  [
    told`\`/pgdist deploy postgres-2\`, \`/pgdist cancel postgres\`, \`/pgdist deploy\``,
    '`/pgdist deploy postgres-2`, `/pgdist cancel postgres`, `/pgdist deploy`',
  ],
  [told`\`npm run rbac -- --cluster hub\` prints it`, '`npm run rbac -- --cluster hub --fleet us` prints it'],
  [told`pgdist rbac --cluster west`, 'pgdist rbac --cluster west'],
])('a line says which fleet is meant where several have the name: %s', (text, sentence) => {
  expect(named(text)).toBe(sentence);
});

test('where it is not known which fleet is meant the line says that one has to be named; with one fleet nothing is added', () => {
  expect(named(told`\`/pgdist status postgres\` asks`, undefined, two)).toBe('`/pgdist status postgres --fleet us` asks');
  expect(sourceOf(namingFleet(undefined, two)(told`\`/pgdist status postgres\` asks`))).toBe('`/pgdist status postgres --fleet <name>` asks');
  expect(named(told`\`/pgdist status postgres\` asks`, 'eu', [two[0]!])).toBe('`/pgdist status postgres` asks');
});

const table = { namespace: 'demo', database: 'postgres', phase: 'not declared' } as Parameters<typeof notDeployed>[0];
const { changes } = { changes: [{ object: 'Postgres', cluster: 'hub', action: 'create', fields: [] }] } as const;
const drift = driftOf('postgres', 'r1', [
  { id: 'x', title: 'x', stage: 'x', cluster: 'hub', finding: { kind: 'change', changes } },
] as unknown as Parameters<typeof driftOf>[2]);

test.each([
  ['a database that is not deployed', notDeployed(table, [])],
  ['what differs from what was approved', drift],
])('the remedy of %s names the fleet wherever it is kept', (_, found) => {
  const text = JSON.stringify(namingFleetInRemedies('us', two)({ deep: [{ found }] }));
  expect(text).toContain('/pgdist deploy postgres --fleet us');
  expect(text).not.toMatch(BARE);
});

/** A line about the database that both fleets have, without a fleet. */
const BARE = /pgdist (?:deploy|plan|status|verify|explain|history|bundle|mute|unmute|lock|unlock) postgres(?![\w-]| --fleet us)/;
const RUNS = Object.entries(fixtures).filter((entry): entry is [string, Run] => typeof entry[1] === 'object' && 'requestedBy' in entry[1]);
const POLICY = { approvers: ['U0ALICE', 'U0BOB'], requesterMayApprove: false };
const FROZEN = { name: 'Weekend', from: '2026-11-21T00:00:00.000Z' };

test('no card, reply or answer in a terminal of such a run has a line without its fleet', () => {
  expect(RUNS.length).toBeGreaterThan(10);
  for (const [name, stored] of RUNS) {
    const run: Run = {
      ...namingFleetInRemedies('us', two)(stored),
      fleet: { ...stored.fleet, name: 'us' },
      typed: 'postgres --fleet us',
      frozen: FROZEN,
    };
    for (const each of [run, { ...run, private: true }, { ...run, kind: 'plan' as const }]) {
      const shown = [card(each, {}, run.requestedAt, POLICY), repliesOf(each, POLICY, run.requestedAt), shownRun(each, new Date(run.requestedAt))];
      expect(JSON.stringify(shown), name).not.toMatch(BARE);
    }
  }
});

/** What is put in behind a verb that takes a database: by the name that a command takes, or where the way out completes it. */
const PUT_IN = /(?:\/?pgdist|\$\{SLASH\}) (?:deploy|plan|status|verify|explain|history|bundle|mute|unmute|lock|unlock) \$\{([^}]*)\}/g;
/** Refusals and replies (runs/deed.ts, command/interpret.ts), remedies of stored problems (worker.ts). */
const COMPLETED = [/^commands\//, /^src\/command\//, /^src\/runs\//, /^src\/steps\//, /^src\/domain\/(?:primary-faults|drift)\.ts$/];

test('whoever writes such a line elsewhere names the database as a command does', () => {
  const bare = sourcesOf('src', 'commands').flatMap(({ file, text }) =>
    COMPLETED.some((place) => place.test(file))
      ? []
      : [...text.matchAll(PUT_IN)].filter(([, what = '']) => !/asTyped|AsTyped|^typed$/.test(what)).map(([line]) => `${file}: ${line}`),
  );
  expect(bare).toEqual(['src/cli/verbs.ts: pgdist ${verb} ${database}'].filter((known) => bare.includes(known)));
});
