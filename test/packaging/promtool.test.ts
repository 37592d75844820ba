import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderFor } from '../support/folder.ts';
import { CASES, type Series } from './alert-cases.ts';

const file = new URL('../../helm/pgdist/files/alerts.yaml', import.meta.url).pathname;
const run = promisify(execFile);

interface Rule {
  readonly alert: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly description: string; readonly runbook: string };
}
const rules = (parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

const inputOf = (series: Series) => Object.entries(series).map(([name, values]) => ({ series: name, values }));
const HOUR = 60;

/** In the form of `promtool test rules`. */
const testsOf = ({ alert, labels: { severity }, annotations: { description, runbook } }: Rule): object[] => {
  const { fires, quiet } = CASES[alert]!;
  const silentAt = (minute: number) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] });
  const firing = {
    eval_time: `${fires.at}m`,
    alertname: alert,
    exp_alerts: [{ exp_labels: { severity, ...fires.labels }, exp_annotations: { summary: fires.summary, description, runbook } }],
  };
  const before = fires.notYet === undefined ? [] : [silentAt(fires.notYet)];
  return [
    { name: `${alert} fires`, interval: '1m', input_series: inputOf(fires.series), alert_rule_test: [...before, firing] },
    ...Object.entries(quiet).map(([what, series]) => ({
      name: `${alert}: ${what}`,
      interval: '1m',
      input_series: inputOf(series),
      alert_rule_test: Array.from({ length: HOUR }, (_, minute) => silentAt(minute)),
    })),
  ];
};

test('every alert has cases in which it fires, and near ones in which it does not', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  for (const { quiet } of Object.values(CASES)) expect(Object.keys(quiet).length).toBeGreaterThan(0);
});

/** Debian's package prometheus has it; test/packaging/promql.test.ts holds what can be held without. */
const isInstalled = spawnSync('promtool', ['--version']).status === 0;

describe.skipIf(!isInstalled)('promtool', () => {
  test('finds nothing wrong in the rules', async () => {
    const { stdout } = await run('promtool', ['check', 'rules', file]);
    expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  test.each(rules)('sees $alert fire when it has to, and not before and not otherwise', async (rule) => {
    const cases = join(await folderFor(), 'tests.json');
    await writeFile(cases, JSON.stringify({ rule_files: [file], evaluation_interval: '1m', tests: testsOf(rule) }));
    const { stdout } = await run('promtool', ['test', 'rules', cases]).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    });
    expect(stdout).toContain('SUCCESS');
  });
});
