import { delimiter, dirname, resolve } from 'node:path';
import { newClusters, newContexts, newUsers, type Cluster, type Context, type User } from '@kubernetes/client-node/dist/config_types.js';
import { z } from 'zod';
import { brief, readPlainFile, readYaml, type YamlFault } from '../yaml/read-yaml.ts';

const entry = z.looseObject({ name: z.string().min(1) });
const rawUser = entry.extend({ user: z.record(z.string(), z.unknown()).nullish() });
const rawKubeConfig = z.looseObject({
  clusters: z.array(entry.extend({ cluster: z.looseObject({ server: z.string() }) })).nullish(),
  contexts: z.array(entry.extend({ context: z.looseObject({ cluster: z.string() }) })).nullish(),
  users: z.array(rawUser).nullish(),
  'current-context': z.string().nullish(),
});

/** Room for thousands of clusters with their certificates. */
const LIMITS = { mostBytes: 4 * 1024 * 1024, mostWords: 50_000 };

/** Where kubeconfig comes from: `paths` as in KUBECONFIG, or the text of one file. */
type KubeConfigSource = { readonly paths: string } | { readonly text: string };

/** What a kubeconfig says of one context, in client-node's terms. */
export interface OneContext {
  readonly context: Context;
  readonly cluster: Cluster;
  /** Undefined: nobody, the API server decides what that may do. */
  readonly user: User | undefined;
}

/**
 * One context and nothing else: it cannot be switched and nothing else: it cannot be switched, so no token can travel to another cluster. Of several files
 * the first one that names a thing wins, as with kubectl. The files are trusted: they may name credential plugins, which run here.
 * Throws Error with a sentence when a file cannot be read or the context is missing. `context` absent: the current one.
 */
export const loadKubeConfig = (source: KubeConfigSource, context?: string): OneContext => {
  const parts =
    'text' in source
      ? [read(source.text)]
      : source.paths
          .split(delimiter)
          .filter((path) => path !== '')
          .map(readFile);
  const wanted = context ?? parts.map(({ currentContext }) => currentContext).find((name) => name !== undefined && name !== '');
  if (wanted === undefined) throw new Error('the kubeconfig has no current context');
  const found = named(wanted, parts, ({ contexts }) => contexts);
  if (found === undefined) throw new Error(`the kubeconfig has no context ${brief(wanted)}`);
  const cluster = named(found.cluster, parts, ({ clusters }) => clusters);
  if (cluster === undefined) throw new Error(`context ${brief(wanted)} of the kubeconfig names cluster ${brief(found.cluster)}, which is not in it`);
  return { context: found, cluster, user: named(found.user, parts, ({ users }) => users) };
};

interface Part {
  readonly currentContext: string | undefined;
  readonly clusters: readonly Cluster[];
  readonly contexts: readonly Context[];
  readonly users: readonly User[];
}

const named = <T extends { readonly name: string }>(name: string, parts: readonly Part[], list: (part: Part) => readonly T[]): T | undefined =>
  parts.flatMap(list).find((candidate) => candidate.name === name);

const readFile = (path: string): Part => {
  let content: Buffer;
  try {
    content = readPlainFile(path, LIMITS.mostBytes);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    throw new Error(`kubeconfig ${path} ${code === undefined ? (error as Error).message : `cannot be read (${code})`}`, { cause: error });
  }
  return besides(dirname(path), read(content, path));
};

/** Files that a kubeconfig names lie beside it. */
const besides = (folder: string, part: Part): Part => {
  const file = (key: string, path: string | null | undefined): Record<string, string> => (path == null ? {} : { [key]: resolve(folder, path) });
  return {
    ...part,
    clusters: part.clusters.map((cluster) => ({ ...cluster, ...file('caFile', cluster.caFile) })),
    users: part.users.map((user) => ({ ...user, ...file('certFile', user.certFile), ...file('keyFile', user.keyFile) })),
  };
};

const read = (content: Uint8Array | string, path = 'given'): Part => {
  const found = readYaml(content, LIMITS);
  if (found.kind === 'refused') throw new Error(`kubeconfig ${path} is not one: ${found.faults.map(faultText).join('; ')}`);
  const parsed = rawKubeConfig.safeParse(found.value);
  if (!parsed.success) throw new Error(`kubeconfig ${path} is not one: ${parsed.error.issues.slice(0, 3).map(issueText).join('; ')}`);
  const { clusters, contexts, users, 'current-context': currentContext } = parsed.data;
  return {
    currentContext: currentContext ?? undefined,
    clusters: newClusters(clusters ?? []),
    contexts: newContexts(contexts ?? []),
    users: newUsers((users ?? []).map(withTokenFile)),
  };
};

const issueText = ({ path }: z.core.$ZodIssue): string =>
  path.length === 0 ? 'it is no mapping' : `${brief(path.map(String).join('.'))} is missing or of another kind`;

const faultText = ({ path, line, message }: YamlFault): string =>
  `${[...(line === undefined ? [] : [`line ${line}`]), ...(path.length === 0 ? [] : [brief(path.join('.'))])].join(', ') || 'it'} ${message}`;

/** client-node looks for a token's file under another name than kubectl writes. */
const withTokenFile = ({ user, ...rest }: z.infer<typeof rawUser>): unknown => {
  const { tokenFile, ...others } = user ?? {};
  if (tokenFile === undefined) return { ...rest, user: others };
  return { ...rest, user: { ...others, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } };
};
