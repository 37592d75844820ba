import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const named = z.looseObject({ name: z.string().min(1) });
const rawUser = named.extend({ user: z.record(z.string(), z.unknown()).nullish() });
const rawKubeConfig = z.looseObject({
  clusters: z.array(named).nullish(),
  contexts: z.array(named).nullish(),
  users: z.array(rawUser).nullish(),
  'current-context': z.string().nullish(),
});

/** Where kubeconfig comes from: `paths` as in KUBECONFIG, or the text of one file. */
export type KubeConfigSource = { readonly paths: string } | { readonly text: string };

/**
 * A KubeConfig that holds one context and nothing else: it cannot be switched, so no token can travel to another cluster. Of several files
 * the first one that names a thing wins, as with kubectl. The files are trusted: they may name credential plugins, which run here.
 * Throws Error with a sentence when a file cannot be read or the context is missing. `context` absent: the current one.
 */
export const loadKubeConfig = (source: KubeConfigSource, context?: string): KubeConfig => {
  const parts =
    'text' in source
      ? [read(source.text)]
      : source.paths
          .split(delimiter)
          .filter((path) => path !== '')
          .map(readFile);
  const wanted = context ?? parts.map(({ currentContext }) => currentContext).find((name) => name !== undefined && name !== '');
  if (wanted === undefined) throw new Error('the kubeconfig has no current context');
  const found = parts.map((part) => part.getContextObject(wanted)).find((candidate) => candidate !== null);
  if (found == null) throw new Error(`the kubeconfig has no context ${wanted}`);
  const cluster = parts.map((part) => part.getCluster(found.cluster)).find((candidate) => candidate !== null);
  if (cluster == null) throw new Error(`context ${wanted} of the kubeconfig names cluster ${found.cluster}, which is not in it`);
  const user = parts.map((part) => part.getUser(found.user)).find((candidate) => candidate !== null);
  const one = new KubeConfig();
  one.loadFromOptions({ clusters: [cluster], users: user == null ? [] : [user], contexts: [found], currentContext: wanted });
  return one;
};

const readFile = (path: string): KubeConfig => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`kubeconfig ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, { cause: error });
  }
  const config = read(text, path);
  config.makePathsAbsolute(dirname(path));
  return config;
};

const read = (text: string, path = 'given'): KubeConfig => {
  const parsed = rawKubeConfig.safeParse(parse(text));
  if (!parsed.success) throw new Error(`kubeconfig ${path} is not one: ${z.prettifyError(parsed.error)}`);
  const config = new KubeConfig();
  config.loadFromString(stringify({ ...parsed.data, users: (parsed.data.users ?? []).map(withTokenFile) }));
  return config;
};

/** client-node looks for a token's file under another name than kubectl writes. */
const withTokenFile = ({ user, ...rest }: z.infer<typeof rawUser>): unknown => {
  const { tokenFile, ...others } = user ?? {};
  if (tokenFile === undefined) return { ...rest, user: others };
  return { ...rest, user: { ...others, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } };
};
