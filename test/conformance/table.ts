import type { Reporter, TestModule } from 'vitest/node';

interface Row {
  readonly name: string;
  readonly results: Map<string, string>;
  readonly errors: Map<string, string>;
}

/**
 * Prints one table after a run: a line for each case, a column for each cluster. The outermost `describe` names the cluster, the rest the case. A
 * case whose results differ is marked, with what was found where it fails: the double, or the case, is wrong about real servers.
 */
export default class Table implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = new Map<string, Row>();
    const clusters = new Set<string>();
    for (const module of modules)
      for (const test of module.children.allTests()) {
        const [cluster = '', ...rest] = test.fullName.split(' > ');
        const name = rest.join(' > ');
        clusters.add(cluster);
        const row = rows.get(name) ?? { name, results: new Map(), errors: new Map() };
        rows.set(name, row);
        const { state, errors } = test.result();
        row.results.set(cluster, state);
        if (errors?.[0] !== undefined) row.errors.set(cluster, errors[0].message);
      }
    process.stdout.write(`\n${render([...rows.values()], [...clusters])}\n`);
  }
}

const render = (rows: readonly Row[], clusters: readonly string[]): string => {
  const width = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const first = width(['case', ...rows.map(({ name }) => name)]);
  const columns = clusters.map((cluster) => width([cluster, 'failed']));
  const line = (name: string, cells: readonly string[], mark: string): string =>
    [name.padEnd(first), ...cells.map((cell, index) => cell.padEnd(columns[index] ?? 0)), mark].join('  ').trimEnd();
  const body = rows.flatMap(({ name, results, errors }) => {
    const cells = clusters.map((cluster) => results.get(cluster) ?? '-');
    const differs = new Set(cells).size > 1;
    return [line(name, cells, differs ? 'DIFFERENT' : ''), ...[...errors].map(([cluster, message]) => `    ${cluster}: ${message.split('\n')[0]}`)];
  });
  return [line('case', clusters, ''), ...body].join('\n');
};
