import { delimiter, dirname, resolve, sep } from 'node:path';
import { brief, readPlainFile } from '../yaml/read-yaml.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { KUBECONFIG_LIMITS, parseKubeConfig, type Cluster, type Context, type Part, type User } from './kube-config-file.ts';
import { faultsOf } from './kube-config-faults.ts';
import { addressOf } from './server-address.ts';

/** Where kubeconfig comes from: `paths` as in KUBECONFIG, or the text of one file. */
type KubeConfigSource = { readonly paths: string } | { readonly text: string };

/** What a kubeconfig says of one context. Paths are absolute. */
export interface OneContext {
  readonly context: Context;
  /** Its server is known. */
  readonly cluster: Cluster & { readonly server: string };
  /** Undefined: nobody, the API server decides what that may do. */
  readonly user: User | undefined;
  /** What kubectl passes over in silence and a person should know. */
  readonly note: string | undefined;
  /** Files that were read or looked for. */
  readonly files: readonly string[];
  /** The same context as the files say it now. Throws like loadKubeConfig. */
  again(): OneContext;
}

/**
 * One context and nothing else: it cannot be switched, so no token can travel to another cluster. Of several files
 * the first one that names a thing wins, and one that is not there is passed over, as with kubectl. The files are trusted: they may name credential
 * plugins, which run here. Throws KubeConfigError with a sentence when a file cannot be read, the context is missing, or kubectl would refuse it.
 * `context` absent: the current one.
 */
export const loadKubeConfig = (source: KubeConfigSource, context?: string): OneContext => {
  const files = 'text' in source ? [] : [...new Set(source.paths.split(delimiter).filter((path) => path !== ''))].map((path) => resolve(path));
  const read = 'text' in source ? [parseKubeConfig(source.text, 'given')] : files.map(readFile);
  const parts = read.filter((part) => part !== undefined);
  const gone = goneText(read.length - parts.length, read.length);
  const wanted = context ?? parts.map(({ currentContext }) => currentContext).find((name) => name !== undefined);
  if (wanted === undefined) throw new KubeConfigError(`the kubeconfig has no current context${gone}`);
  const found = named(wanted, parts, ({ contexts }) => contexts);
  if (found === undefined) throw new KubeConfigError(`the kubeconfig has no context ${brief(wanted)}${gone}`);
  const cluster = named(found.cluster, parts, ({ clusters }) => clusters);
  if (cluster === undefined) throw new KubeConfigError(`context ${brief(wanted)} of the kubeconfig names ${missing('cluster', found.cluster)}`);
  const user = named(found.user, parts, ({ users }) => users);
  const { server } = cluster;
  const faults = faultsOf(cluster, user);
  if (server === undefined || faults.length > 0)
    throw new KubeConfigError(`context ${brief(wanted)} of the kubeconfig is of no use: ${faults.join('; ')}`);
  return {
    context: found,
    cluster: { ...cluster, server },
    user,
    note: noteOf(found, { ...cluster, server }, user),
    files,
    again: () => loadKubeConfig(source, wanted),
  };
};

/** kubectl would ask the person at the terminal. */
const noteOf = (context: Context, { name, server }: OneContext['cluster'], user: User | undefined): string | undefined => {
  const address = addressOf(server);
  if (address.kind === 'refused' || address.authorization !== undefined) return undefined;
  const why = [
    ...(address.secure ? [] : [`cluster ${brief(name)} of the kubeconfig is reached without TLS, so that no credentials are sent`]),
    ...(user === undefined ? [`context ${brief(context.name)} of the kubeconfig names ${missing('user', context.user)}`] : []),
    ...(user === undefined || hasCredentials(user) ? [] : [`user ${brief(user.name)} of the kubeconfig has no credentials`]),
  ];
  return why.length === 0 ? undefined : `${why.join(', and ')}: requests are anonymous`;
};

const hasCredentials = ({ token, tokenFile, username, certData, certFile, exec, authProvider }: User): boolean =>
  [token, tokenFile, username, certData, certFile, exec, authProvider].some((one) => one !== undefined);

const missing = (kind: 'cluster' | 'user', name: string | undefined): string =>
  name === undefined ? `no ${kind}` : `${kind} ${brief(name)}, which is not in it`;

const goneText = (gone: number, all: number): string => {
  if (gone === 0) return '';
  return all === 1 ? ': there is no such file' : `: ${gone} of the ${all} files in KUBECONFIG ${gone === 1 ? 'is' : 'are'} not there`;
};

const named = <T extends { readonly name: string }>(
  name: string | undefined,
  parts: readonly Part[],
  list: (part: Part) => readonly T[],
): T | undefined => parts.flatMap(list).find((candidate) => candidate.name === name);

/** Undefined: there is none. */
const readFile = (path: string): Part | undefined => {
  let content: Buffer;
  try {
    content = readPlainFile(path, KUBECONFIG_LIMITS.mostBytes);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new KubeConfigError(`kubeconfig ${path} ${code === undefined ? (error as Error).message : `cannot be read (${code})`}`, { cause: error });
  }
  return besides(dirname(path), parseKubeConfig(content, path));
};

/** Files that a kubeconfig names lie beside it; a command without a path is looked for on PATH. */
const besides = (folder: string, part: Part): Part => {
  const at = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(folder, path));
  return {
    ...part,
    clusters: part.clusters.map((cluster) => ({ ...cluster, caFile: at(cluster.caFile) })),
    users: part.users.map(({ exec, ...user }) => ({
      ...user,
      tokenFile: at(user.tokenFile),
      certFile: at(user.certFile),
      keyFile: at(user.keyFile),
      exec: exec?.command?.includes(sep) === true ? { ...exec, program: at(exec.command) } : exec,
    })),
  };
};
