import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});

/**
 * What `--klusterlet-values-file` sets in the Klusterlet: values of the klusterlet chart, under `klusterlet`. They override what flags set, object by
 * object; a list replaces the other. Keys that the chart does not have are ignored. Throws as clusteradm does when the file cannot be read.
 */
export const klusterletValues = async (path: string | undefined): Promise<Fields> => {
  if (path === undefined) return {};
  const merging = (cause: string) => new Error(`failed to merge klusterlet values file: ${cause}`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const cause = error.code === 'ENOENT' ? 'no such file or directory' : error.message;
    throw merging(`failed to read klusterlet values file ${path}: open ${path}: ${cause}`);
  });
  let values: unknown;
  try {
    values = parse(text);
  } catch (error) {
    throw merging(`failed to unmarshal klusterlet values: error converting YAML to JSON: ${(error as Error).message}`);
  }
  return fieldsOf(fieldsOf(values)['klusterlet']);
};

/** Keys of the chart that go into spec as they are. */
const PASSED_ON = ['clusterName', 'externalServerURLs', 'nodePlacement', 'registrationConfiguration', 'workConfiguration', 'resourceRequirement'];

/** spec of the Klusterlet that flags make, with the values laid over it. */
export const overridden = (spec: Fields, values: Fields): Fields => ({
  ...merged(spec, Object.fromEntries(PASSED_ON.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]))),
  ...(typeof values['mode'] === 'string' ? { deployOption: { mode: values['mode'] } } : {}),
});

const merged = (base: Fields, over: Fields): Fields =>
  Object.entries(over).reduce<Fields>((all, [key, value]) => {
    const isTree = typeof value === 'object' && value !== null && !Array.isArray(value);
    return { ...all, [key]: isTree ? merged(fieldsOf(all[key]), value as Fields) : value };
  }, base);
