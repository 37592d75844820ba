import { stringify } from 'yaml';
import type { Certificates } from './certificates.ts';
import type { Proxies } from './proxies.ts';

/** What the files of one form are made of. */
export interface Place {
  /** Where its files are, absolute. */
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
  /** https, by address. */
  readonly server: string;
  readonly certificates: Certificates;
  readonly proxies: Proxies;
}

/** One way to write a kubeconfig. */
export interface Form {
  /** Goes into docs/requirements.md. */
  readonly title: string;
  /** By name; `config` is the kubeconfig unless `paths` says otherwise. A value without text is a folder. */
  files(place: Place): Readonly<Record<string, string | undefined>>;
  /** Value of KUBECONFIG. */
  paths?(place: Place): string;
  /** Default: the current one. */
  readonly context?: string;
  /** For both, besides PATH and HOME. */
  environment?(place: Place): Readonly<Record<string, string>>;
  /** Commands that pgdist.yaml allows. */
  readonly plugins?: readonly string[];
  /** Part of what pgdist says when it asks nothing. Absent: it asks as kubectl does. */
  readonly refused?: string;
  /** Why kubectl takes what pgdist refuses. Absent: it refuses as well. */
  readonly alone?: string;
  /** kubectl asks the person at the terminal for a name and a password then; helm, which has client-go as well, asks the server as nobody. */
  readonly anonymous?: true;
}

/** Forms of one kind, under a heading. */
export interface Group {
  readonly heading: string;
  readonly forms: readonly Form[];
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Entries {
  readonly cluster?: unknown;
  readonly user?: unknown;
  readonly context?: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A kubeconfig whose only context is `tokyo`; its cluster has address and authority, and its user a token, unless they are given. */
export const config = (place: Place, { cluster = {}, user = { token: 'a-token' }, context = {}, more = {} }: Entries = {}): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'tokyo',
    contexts: [{ name: 'tokyo', context: typeof context === 'object' ? { cluster: 'tokyo', user: 'admin', ...context } : context }],
    clusters: [{ name: 'tokyo', cluster: typeof cluster === 'object' && cluster !== null ? without({ ...trusted(place), ...cluster }) : cluster }],
    users: [{ name: 'admin', user }],
    ...more,
  });

export const trusted = ({ server, certificates }: Place) => ({ server, 'certificate-authority-data': base64(certificates.serving.caPem) });

/** Keys that are undefined are not written. */
const without = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A form with one file. */
export const form = (title: string, entries: (place: Place) => Entries, more: Omit<Form, 'title' | 'files'> = {}): Form => ({
  title,
  files: (place) => ({ config: config(place, entries(place)) }),
  ...more,
});

/** A form with files of its own making. */
export const files = (title: string, of: Form['files'], more: Omit<Form, 'title' | 'files'> = {}): Form => ({ title, files: of, ...more });

/** A form whose kubeconfig names files that lie beside it. */
export const beside = (
  title: string,
  entries: (place: Place) => Entries,
  others: (place: Place) => Readonly<Record<string, string | undefined>>,
  more: Omit<Form, 'title' | 'files'> = {},
): Form => ({ title, files: (place) => ({ config: config(place, entries(place)), ...others(place) }), ...more });
