import type { ClusterClient } from '../../ports/cluster.ts';
import type { ExecTarget, KubeObject, Kind } from '../../kube-api/objects.ts';
import { harmlessObject } from './harmless-object.ts';

/** Objects of one cluster, and characters of one text. */
const MOST_OBJECTS = 3_000;
const LONGEST_TEXT = 256 * 1024;
const MOST_TEXTS = 300;
const MOST_FAILURES = 100;

/** What one cluster answered while a bundle was collected, without secrets by their place; words of it still have to pass the redactor. */
export interface ClusterRecord {
  readonly objects: Map<string, { readonly file: string; readonly object: unknown }>;
  /** By the file that they become: logs, and answers of commands. */
  readonly texts: Map<string, string>;
  /** What did not answer, or was refused: what was asked, and the reason. */
  readonly failures: string[];
  asked: number;
  /** Objects and texts beyond the bounds. */
  leftOut: number;
}

export const emptyRecord = (): ClusterRecord => ({ objects: new Map(), texts: new Map(), failures: [], asked: 0, leftOut: 0 });

/** The same client; what it answers is written down on the way. Secrets are passed on and never written down. */
export const recordedClient = (client: ClusterClient, record: ClusterRecord): ClusterClient => {
  const noting = async <T>(what: string, call: () => Promise<T>, keep: (answer: T) => void): Promise<T> => {
    record.asked += 1;
    try {
      const answer = await call();
      keep(answer);
      return answer;
    } catch (error) {
      fail(record, what, error);
      throw error;
    }
  };
  return {
    ...client,
    get hindrance() {
      return client.hindrance;
    },
    read: (ref) =>
      noting(
        `${ref.kind} ${ref.namespace ?? ''}/${ref.name}`,
        () => client.read(ref),
        (object) => object !== undefined && keepObject(record, ref, object),
      ),
    list: (query) =>
      noting(
        `${query.kind} in ${query.namespace ?? 'all namespaces'}`,
        () => client.list(query),
        ({ items }) => {
          // Names alone stand in the place of no whole object.
          for (const object of items) keepObject(record, query, object, query.metadataOnly === true);
        },
      ),
    exec: (target, command, options) =>
      noting(
        `a command in ${placeOf(target)}`,
        () => client.exec(target, command, options),
        ({ exitCode, stdout, stderr }) =>
          keepText(
            record,
            `commands/${placeOf(target)}.${record.texts.size}.txt`,
            `${command[0] ?? ''} ended with ${exitCode ?? 'no exit code'}\n${stdout}\n${stderr}`,
          ),
      ),
    logs: (target, options) =>
      noting(
        `the log of ${placeOf(target)}`,
        () => client.logs(target, options),
        (text) => keepText(record, `logs/${placeOf(target)}${options?.previous === true ? '.previous' : ''}.log`, text),
      ),
  };
};

const placeOf = ({ namespace, pod, container }: ExecTarget): string =>
  fileName([namespace, pod, ...(container === undefined ? [] : [container])].join('.'));

/** Names of others become no path. */
const fileName = (words: string): string =>
  words
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 200);

const keepObject = (record: ClusterRecord, { apiVersion, kind }: Kind, object: KubeObject, isOnlyName = false): void => {
  if (kind === 'Secret') return;
  const { namespace = '', name } = object.metadata;
  const key = `${kind}.${namespace}/${name}`;
  if (isOnlyName && record.objects.has(key)) return;
  if (record.objects.size >= MOST_OBJECTS && !record.objects.has(key)) {
    record.leftOut += 1;
    return;
  }
  record.objects.set(key, {
    file: `objects/${fileName(namespace === '' ? kind : `${kind}.${namespace}`)}.json`,
    object: harmlessObject({ ...object, apiVersion, kind }),
  });
};

/** The end of a long text is what tells why. */
const keepText = (record: ClusterRecord, file: string, text: string): void => {
  if (record.texts.size >= MOST_TEXTS) {
    record.leftOut += 1;
    return;
  }
  record.texts.set(
    file,
    text.length <= LONGEST_TEXT ? text : `(the first ${text.length - LONGEST_TEXT} characters are left out)\n${text.slice(-LONGEST_TEXT)}`,
  );
};

const fail = (record: ClusterRecord, what: string, error: unknown): void => {
  if (record.failures.length < MOST_FAILURES) record.failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
};
