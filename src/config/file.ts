import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ConfigurationError, crossFaults, faultsOf, type Fault } from './faults.ts';
import { fileSchema, type PgdistFile } from './schema.ts';

/** Reads and checks pgdist.yaml; paths in it are relative to the file's own folder. Throws ConfigurationError with every fault. */
export const readConfigFile = (path: string): PgdistFile => {
  const faults: Fault[] = [];
  const file = parse(read(path), faults);
  if (file === undefined || faults.length > 0) throw new ConfigurationError(faults);
  return withPaths(file, dirname(resolve(path)));
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'there is no such file'
        : `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    throw new ConfigurationError([{ path, message: reason }]);
  }
};

/** The file that a text describes; what is wrong goes into `faults`. */
const parse = (text: string, faults: Fault[]): PgdistFile | undefined => {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    faults.push(...document.errors.map(({ message }) => ({ path: '(file)', message: message.split('\n')[0] ?? 'is not YAML' })));
    return undefined;
  }
  const parsed = fileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    faults.push(...faultsOf(parsed.error));
    return undefined;
  }
  faults.push(...crossFaults(parsed.data));
  return parsed.data;
};

const withPaths = (file: PgdistFile, folder: string): PgdistFile => {
  const beside = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  const chartBeside = (chart: string): string => (chart.includes('://') ? chart : beside(chart));
  return {
    ...file,
    kubeslice: { ...file.kubeslice, chart: chartBeside(file.kubeslice.chart) },
    kubedb: { ...file.kubedb, chart: chartBeside(file.kubedb.chart), licenceFile: beside(file.kubedb.licenceFile) },
  };
};
