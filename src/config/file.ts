import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { readPlainFile, readYaml, type YamlFault } from '../yaml/read-yaml.ts';
import { crossFaults } from './cross-faults.ts';
import { ConfigurationError, faultsOf, pathText, type Fault } from './faults.ts';
import { fileSchema, type PgdistFile } from './schema.ts';
import { sentenceOf } from './sentences.ts';

/** A fleet of 32 clusters with 100 databases is less than half of it. */
const LIMITS = { mostBytes: 64 * 1024, mostWords: 20_000 };

/** Reads and checks pgdist.yaml; paths in it are relative to the file's own folder. Throws ConfigurationError with every fault. */
export const readConfigFile = (path: string): PgdistFile => {
  const faults: Fault[] = [];
  const file = parse(read(path), faults, basename(path));
  if (file === undefined || faults.length > 0) throw new ConfigurationError(faults);
  return withPaths(file, dirname(resolve(path)));
};

const read = (path: string): Buffer => {
  try {
    return readPlainFile(path, LIMITS.mostBytes);
  } catch (error) {
    throw new ConfigurationError([{ path, message: (error as Error).message }]);
  }
};

/** The file that a text describes; what is wrong goes into `faults`, with `name` as the file's. Exported for tests. */
export const parse = (text: Uint8Array | string, faults: Fault[], name = 'pgdist.yaml'): PgdistFile | undefined => {
  const found = readYaml(text, LIMITS);
  if (found.kind === 'refused') {
    faults.push(...found.faults.map((fault) => yamlFault(fault, name)));
    return undefined;
  }
  const located = (fault: Fault): Fault => ({ ...fault, at: place(name, found.lineOf(keysOf(fault.path))) });
  const parsed = fileSchema.safeParse(found.value ?? {}, { error: sentenceOf });
  if (!parsed.success) {
    faults.push(...faultsOf(parsed.error, fileSchema).map(located));
    return undefined;
  }
  faults.push(...crossFaults(parsed.data).map(located));
  return parsed.data;
};

const yamlFault = ({ path, line, message }: YamlFault, name: string): Fault => ({ path: pathText(path) || '(file)', message, at: place(name, line) });

const place = (name: string, line: number | undefined): string => (line === undefined ? name : `${name}, line ${line}`);

/** The keys and indices of databases[0].name. */
const keysOf = (path: string): (string | number)[] =>
  [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) => (index === undefined ? (key ?? '') : Number(index)));

const withPaths = (file: PgdistFile, folder: string): PgdistFile => {
  const beside = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  const chartBeside = (chart: string): string => (chart.includes('://') ? chart : beside(chart));
  return {
    ...file,
    kubeslice: { ...file.kubeslice, chart: chartBeside(file.kubeslice.chart) },
    kubedb: { ...file.kubedb, chart: chartBeside(file.kubedb.chart), licenceFile: beside(file.kubedb.licenceFile) },
  };
};
