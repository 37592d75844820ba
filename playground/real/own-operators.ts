import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { OperatorName } from '../operators/start-operators.ts';

const NAMES: readonly OperatorName[] = ['ocm', 'kubeslice', 'kubedb'];
const PLAYGROUND_CHARTS = join(import.meta.dirname, '..', 'charts');

interface Wanted {
  /** Of PGDIST_REAL: 'ocm,kubeslice'. */
  readonly list: string | undefined;
  /** Charts of the configuration; undefined: pgdist's own default, the product's. */
  readonly charts: { readonly kubeslice: string | undefined; readonly kubedb: string | undefined };
  readonly path: string | undefined;
}

/**
 * Operators that the clusters bring themselves. Throws with what is missing where one of them would be installed by a tool or a chart of the
 * playground's: a stand-in under the real one's name would be tested, and found good.
 * Exported for tests.
 */
export const ownOperators = ({ list = '', charts, path = '' }: Wanted): ReadonlySet<OperatorName> => {
  const named = list.split(',').filter((name) => name !== '');
  const own = new Set(named.map(known));
  if (own.has('ocm') && !path.split(delimiter).some((folder) => isProgram(join(folder, 'clusteradm'))))
    throw new Error('PGDIST_REAL=ocm needs the real clusteradm on PATH, of the version in pgdist.yaml: none is there');
  for (const operator of ['kubeslice', 'kubedb'] as const) {
    const chart = charts[operator];
    if (own.has(operator) && chart !== undefined && !isReal(chart))
      throw new Error(
        `PGDIST_REAL=${operator} needs the real chart as ${operator}.chart of PGDIST_CONFIG, by oci:// or an absolute path: ${chart} is the playground's, or would be looked for among its charts`,
      );
  }
  return own;
};

const known = (name: string): OperatorName => {
  const found = NAMES.find((one) => one === name);
  if (found === undefined) throw new Error(`PGDIST_REAL names ${JSON.stringify(name)}: it takes a list of ${NAMES.join(', ')}`);
  return found;
};

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const isReal = (chart: string): boolean => {
  if (chart.startsWith('oci://')) return true;
  if (!isAbsolute(chart)) return false;
  try {
    return !`${realpathSync(chart)}/`.startsWith(`${PLAYGROUND_CHARTS}/`);
  } catch {
    throw new Error(`the chart ${chart} of PGDIST_CONFIG is not there`);
  }
};
