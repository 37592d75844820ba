import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { readPlainFile, readYaml, type YamlFault } from '../yaml/read-yaml.ts';
import { faultsAcross } from './across-fleets.ts';
import { crossFaults } from './cross-faults.ts';
import { ConfigurationError, faultsOf, pathText, type Fault } from './faults.ts';
import { fileSchema, type PgdistFile } from './schema.ts';
import { sentenceOf } from './sentences.ts';
import { keysOf, type WrittenFleet, writtenFleets } from './written-fleets.ts';

/** A fleet of 32 clusters with 100 databases is less than half of it. */
const LIMITS = { mostBytes: 64 * 1024, mostWords: 20_000 };

/** Several fleets are as many files, in their order; one at least. */
export type PgdistFiles = readonly [PgdistFile, ...PgdistFile[]];

/** Reads and checks pgdist.yaml; paths in it are relative to the file's own folder. Throws ConfigurationError with every fault. */
export const readConfigFile = (path: string): PgdistFiles => {
  const faults: Fault[] = [];
  const files = parse(read(path), faults, basename(path));
  if (files === undefined || faults.length > 0) throw new ConfigurationError(faults);
  const [first, ...others] = files;
  const folder = dirname(resolve(path));
  return [withPaths(first, folder), ...others.map((file) => withPaths(file, folder))];
};

const read = (path: string): Buffer => {
  try {
    return readPlainFile(path, LIMITS.mostBytes);
  } catch (error) {
    throw new ConfigurationError([{ path, message: (error as Error).message }]);
  }
};

const WHOLE = 'it needs fleet, hub, clusters, kubeslice, kubedb, databases and slack: docs/configuration.md says what stands there';

/** What a text describes; what is wrong goes into `faults`, with `name` as the file's. Exported for tests. */
export const parse = (text: Uint8Array | string, faults: Fault[], name = 'pgdist.yaml'): PgdistFiles | undefined => {
  const found = readYaml(text, LIMITS);
  if (found.kind === 'refused') {
    faults.push(...once(found.faults.map((fault) => yamlFault(fault, name))));
    return undefined;
  }
  if (found.value === null || found.value === undefined) {
    faults.push({ path: '(file)', message: `is empty; ${WHOLE}`, at: name });
    return undefined;
  }
  const located = (fault: Fault): Fault => ({ ...fault, at: place(name, found.lineOf(keysOf(fault.path))) });
  const wrong: Fault[] = [];
  const files = writtenFleets(found.value, wrong).flatMap((written) => ofFleet(written, wrong));
  if (wrong.length === 0) wrong.push(...faultsAcross(files));
  faults.push(...once(wrong).map(located));
  const [first, ...others] = files;
  return first === undefined ? undefined : [first, ...others];
};

/** Nothing where the schema refuses it. */
const ofFleet = ({ value, pathOf }: WrittenFleet, faults: Fault[]): PgdistFile[] => {
  const parsed = fileSchema.safeParse(value, { error: sentenceOf });
  const found = parsed.success ? crossFaults(parsed.data) : faultsOf(parsed.error, fileSchema);
  faults.push(...found.map((fault) => ({ ...fault, path: pathOf(fault.path) })));
  return parsed.success ? [parsed.data] : [];
};

/** What is shared is wrong for each fleet, and told once. */
const once = (faults: readonly Fault[]): Fault[] =>
  faults.filter((fault, at) => faults.findIndex(({ path, message }) => path === fault.path && message === fault.message) === at);

const yamlFault = ({ path, line, message }: YamlFault, name: string): Fault => ({ path: pathText(path) || '(file)', message, at: place(name, line) });

const place = (name: string, line: number | undefined): string => (line === undefined ? name : `${name}, line ${line}`);

const withPaths = (file: PgdistFile, folder: string): PgdistFile => {
  const beside = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  const chartBeside = (chart: string): string => (chart.includes('://') ? chart : beside(chart));
  return {
    ...file,
    kubeslice: { ...file.kubeslice, chart: chartBeside(file.kubeslice.chart) },
    kubedb: { ...file.kubedb, chart: chartBeside(file.kubedb.chart), licenceFile: beside(file.kubedb.licenceFile) },
  };
};
