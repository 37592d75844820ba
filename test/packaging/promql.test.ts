import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(read('helm/pgdist/files/alerts.yaml')) as {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
};
const { panels } = JSON.parse(read('helm/pgdist/files/dashboard.json')) as {
  panels: { title: string; targets?: { expr: string; legendFormat?: string }[] }[];
};

const queries = [
  ...groups.flatMap(({ rules }) => rules.map(({ alert, expr, annotations: { summary } }) => ({ where: alert, expr, shown: summary }))),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr, legendFormat = '' }) => ({ where: title, expr, shown: legendFormat }))),
];

/** Labels of each metric, as the page of metrics has them; test/packaging/alerts.test.ts holds the page to what is measured. */
const labelsOf = new Map(
  [...read('docs/metrics.md').matchAll(/^\| `(pgdist_\w+)` \|([^|]*)\|/gm)].map(([, name = '', labels = '']): [string, string[]] => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  ]),
);
/** What every series of a scrape has, and what a histogram's buckets have. */
const OF_ALL = ['process', 'instance', 'job', 'le'];

/** Words of a query by the kind that Prometheus' own grammar gives them. */
const wordsOf = (expr: string): { readonly faults: string[]; readonly metrics: string[]; readonly labels: string[] } => {
  const words = { faults: [] as string[], metrics: [] as string[], labels: [] as string[] };
  parser.parse(expr).iterate({
    enter({ type, from, to }) {
      const text = expr.slice(from, to);
      if (type.isError) words.faults.push(expr.slice(0, to));
      else if (type.name === 'Identifier') words.metrics.push(text);
      else if (type.name === 'LabelName') words.labels.push(text);
    },
  });
  return words;
};

test('a query with a fault is found', () => {
  expect(wordsOf('sum by (queue (pgdist_runs)').faults).not.toEqual([]);
  expect(wordsOf('sum by (kind) (pgdist_runs{state="failed"})')).toEqual({ faults: [], metrics: ['pgdist_runs'], labels: ['kind', 'state'] });
});

test.each(queries)('the query of $where is PromQL about metrics and labels that there are', ({ expr, shown }) => {
  const { faults, metrics, labels } = wordsOf(expr);
  expect(faults).toEqual([]);
  expect(metrics.length).toBeGreaterThan(0);
  const own = metrics.map((name) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => name.startsWith('pgdist_'));
  expect(own.filter((name) => !labelsOf.has(name))).toEqual([]);
  const known = new Set([...OF_ALL, ...own.flatMap((name) => labelsOf.get(name) ?? [])]);
  const inLegend = [...shown.matchAll(/\{\{\s*(?:with )?(?:\$labels\.)?(?!end\b)(\w+)/g)].map(([, label = '']) => label);
  expect([...labels, ...inLegend].filter((label) => !known.has(label))).toEqual([]);
});

/** How long a step takes depends on what it does, and little on where. */
const OF_ALL_FLEETS = ['Step durations, 90 % within'];

test('of what is counted by fleet each query tells the fleet, so that two whose names are alike are not mixed', () => {
  const ofFleets = queries.filter(
    ({ where, expr }) =>
      !OF_ALL_FLEETS.includes(where) &&
      wordsOf(expr).metrics.some((name) => labelsOf.get(name.replace(/_(bucket|sum|count)$/, ''))?.includes('fleet')),
  );
  expect(ofFleets.length).toBeGreaterThan(12);
  for (const { where, expr, shown } of ofFleets) {
    for (const [group] of expr.matchAll(/\b(?:by|on) \([^)]*\)/g)) expect(group, where).toContain('fleet');
    expect(shown, where).toMatch(/\{\{ ?(?:with )?(?:\$labels\.)?fleet/);
  }
});
