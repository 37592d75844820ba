import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { named, render, valuesOf } from '../support/chart.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}
const alertsIn = (groups: readonly { readonly rules: readonly Alert[] }[]): Alert[] => groups.flatMap(({ rules }) => rules);
const alerts = alertsIn((parse(read('helm/pgdist/files/alerts.yaml')) as { groups: { rules: Alert[] }[] }).groups);

const measured = async (): Promise<Set<string>> => {
  const metrics = createMetrics({ process: 'worker', fleets: ['demo'] });
  const none = async (): Promise<never[]> => [];
  metrics.stand({ store: { live: none }, beats: { heard: async () => ({ alive: true }) }, oldest: none, faults: none, clock: systemClock });
  return new Set([...(await metrics.text()).matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '']) => name));
};
const namesIn = (text: string): string[] => [...text.matchAll(/\bpgdist_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));

test('every name in alerts, dashboard and runbooks is measured, and every name that is measured is told on the page', async () => {
  const names = await measured();
  const dashboard = read('helm/pgdist/files/dashboard.json');
  const used = [...alerts.map(({ expr }) => expr), dashboard].flatMap(namesIn);
  expect(used.filter((name) => !names.has(name))).toEqual([]);
  const page = read('docs/metrics.md');
  expect([...names].filter((name) => name.startsWith('pgdist_') && !page.includes(`\`${name}`))).toEqual([]);
});

test('every alert has a page that says what to look at, and every page an alert', () => {
  expect(alerts.length).toBeGreaterThan(10);
  for (const { alert, expr, labels, annotations } of alerts) {
    expect(annotations['runbook']).toBe(`docs/runbooks/${alert}.md`);
    const page = read(`docs/runbooks/${alert}.md`);
    expect(page).toMatch(new RegExp(`^# ${alert}\n\n[^]+\n## What to look at\n\n1\\. `));
    expect(page).toContain(expr);
    expect(['info', 'warning', 'critical']).toContain(labels.severity);
    expect(annotations['summary']).toMatch(/^\S/);
  }
  const pages = readdirSync(join(root, 'docs/runbooks')).filter((file) => file !== 'README.md');
  expect(pages.toSorted()).toEqual(alerts.map(({ alert }) => `${alert}.md`).toSorted());
});

test('links of the runbooks lead to files', () => {
  const links = readdirSync(join(root, 'docs/runbooks')).flatMap((file) =>
    [...read(`docs/runbooks/${file}`).matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => join(root, 'docs/runbooks', target)),
  );
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});

test('the chart installs rules, a ServiceMonitor and the dashboard where they are asked for, with links to where the pages are', async () => {
  const objects = await render(valuesOf('cloud-identity'));
  const { spec } = named(objects, 'PrometheusRule', 'pgdist') as unknown as { spec: { groups: { rules: Alert[] }[] } };
  expect(alertsIn(spec.groups).map(({ alert, expr }) => [alert, expr])).toEqual(alerts.map(({ alert, expr }) => [alert, expr]));
  for (const { alert, annotations } of alertsIn(spec.groups)) expect(annotations['runbook_url']).toBe(`https://docs.example/runbooks/${alert}.md`);
  expect(named(objects, 'ServiceMonitor', 'pgdist')).toMatchObject({
    metadata: { labels: { release: 'prometheus' } },
    spec: { endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }] },
  });
  for (const process of ['bot', 'worker'])
    expect(named(objects, 'Service', `pgdist-${process}-metrics`)).toMatchObject({ spec: { ports: [{ name: 'metrics', targetPort: 'health' }] } });
  const dashboard = JSON.parse(named(objects, 'ConfigMap', 'pgdist-dashboard')!.data['pgdist.json']!) as { panels: unknown[] };
  expect(dashboard.panels.length).toBeGreaterThan(10);
  const without = await render(valuesOf('socket-mode'));
  expect(without.filter(({ kind }) => ['PrometheusRule', 'ServiceMonitor'].includes(kind))).toEqual([]);
});
