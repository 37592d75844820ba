import { z } from 'zod';
import { brief, readYaml, type YamlFault } from '../yaml/read-yaml.ts';
import { KubeConfigError } from './kube-config-error.ts';

/** Room for thousands of clusters with their certificates. */
export const KUBECONFIG_LIMITS = { mostBytes: 4 * 1024 * 1024, mostWords: 500_000, version: '1.1' } as const;

/** As client-go reads them: what is empty is not there, what is not known is ignored, what is of another type is refused. */
export interface Cluster {
  readonly name: string;
  readonly server: string | undefined;
  /** Base64 of PEM. */
  readonly caData: string | undefined;
  readonly caFile: string | undefined;
  readonly skipTLSVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly disableCompression: boolean;
  /** What the cluster says to credential plugins. */
  readonly pluginConfig: unknown;
}

/** Another user than the one whose credentials are sent. */
export interface Impersonation {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface User {
  readonly name: string;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Base64 of PEM, like keyData. */
  readonly certData: string | undefined;
  readonly certFile: string | undefined;
  readonly keyData: string | undefined;
  readonly keyFile: string | undefined;
  readonly impersonation: Impersonation;
  readonly exec: Exec | undefined;
  readonly authProvider: { readonly name: string; readonly config: Readonly<Record<string, string>> } | undefined;
}

/** A credential plugin. */
export interface Exec {
  /** As it is written. */
  readonly command: string | undefined;
  /** Absolute if it was written with a path. */
  readonly program: string | undefined;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string | undefined;
  readonly interactiveMode: string | undefined;
  readonly provideClusterInfo: boolean;
}

export interface Context {
  readonly name: string;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
}

/** What one file says. */
export interface Part {
  readonly currentContext: string | undefined;
  readonly clusters: readonly Cluster[];
  readonly contexts: readonly Context[];
  readonly users: readonly User[];
}

const word = z
  .string()
  .nullish()
  .transform((value) => (value == null || value === '' ? undefined : value));
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true);
const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const bytes = z
  .string()
  .nullish()
  .transform((value) => value?.replaceAll(/[\r\n]/g, ''))
  .refine((value) => value === undefined || (value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)), 'is not base64')
  .transform((value) => (value === '' ? undefined : value));
const record = <T extends z.ZodType>(value: T) => z.record(z.string(), value).nullish();
const listOf = <T extends z.ZodType>(entry: T) =>
  z
    .array(entry)
    .nullish()
    .transform((value) => value ?? []);
const name = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const extensions = listOf(z.object({ name, extension: z.unknown() }));

const clusterSchema = z.object({
  server: word,
  'certificate-authority': word,
  'certificate-authority-data': bytes,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': word,
  'proxy-url': word,
  'disable-compression': flag,
  extensions,
});
const execSchema = z.object({
  command: word,
  args: words,
  env: listOf(z.object({ name, value: name })),
  apiVersion: word,
  interactiveMode: word,
  provideClusterInfo: flag,
});
const userSchema = z.object({
  token: word,
  tokenFile: word,
  username: word,
  password: word,
  'client-certificate': word,
  'client-certificate-data': bytes,
  'client-key': word,
  'client-key-data': bytes,
  as: word,
  'as-uid': word,
  'as-groups': words,
  'as-user-extra': record(words),
  exec: execSchema.nullish(),
  extensions,
  'auth-provider': z.object({ name, config: record(z.string()) }).nullish(),
});
const contextSchema = z.object({ cluster: word, user: word, namespace: word, extensions });
const fileSchema = z
  .object({
    apiVersion: z.literal(['v1', '']).nullish(),
    kind: z.literal(['Config', '']).nullish(),
    'current-context': word,
    preferences: z.looseObject({}).nullish(),
    extensions,
    clusters: listOf(z.object({ name, cluster: clusterSchema.nullish() })),
    contexts: listOf(z.object({ name, context: contextSchema.nullish() })),
    users: listOf(z.object({ name, user: userSchema.nullish() })),
  })
  .nullish();

/** Of the cluster's extensions the one that plugins are told. */
const PLUGIN_CONFIG = 'client.authentication.k8s.io/exec';

/** What the text of a file says; `path` names it in errors. Throws KubeConfigError with the line or the key that is wrong, and never a value. */
export const parseKubeConfig = (content: Uint8Array | string, path: string): Part => {
  const found = readYaml(content, KUBECONFIG_LIMITS);
  if (found.kind === 'refused') throw new KubeConfigError(`kubeconfig ${path} is not one: ${found.faults.map(faultText).join('; ')}`);
  const parsed = fileSchema.safeParse(found.value);
  if (!parsed.success) throw new KubeConfigError(`kubeconfig ${path} is not one: ${parsed.error.issues.slice(0, 3).map(issueText).join('; ')}`);
  const { 'current-context': currentContext, clusters = [], contexts = [], users = [] } = parsed.data ?? {};
  const part: Part = {
    currentContext,
    clusters: clusters.map((entry) => clusterOf(entry.name, entry.cluster ?? NO_CLUSTER)),
    contexts: contexts.map(({ name: of, context }) => ({ name: of, cluster: context?.cluster, user: context?.user })),
    users: users.map((entry) => userOf(entry.name, entry.user ?? NO_USER)),
  };
  for (const list of ['clusters', 'contexts', 'users'] as const) {
    const seen = new Set<string>();
    const twice = part[list].find((entry) => seen.size === seen.add(entry.name).size);
    if (twice !== undefined) throw new KubeConfigError(`kubeconfig ${path} is not one: ${list} holds ${brief(twice.name)} twice`);
  }
  return part;
};

const NO_CLUSTER = clusterSchema.parse({});
const NO_USER = userSchema.parse({});

const clusterOf = (of: string, cluster: z.infer<typeof clusterSchema>): Cluster => ({
  name: of,
  server: cluster.server,
  caData: cluster['certificate-authority-data'],
  caFile: cluster['certificate-authority'],
  skipTLSVerify: cluster['insecure-skip-tls-verify'],
  tlsServerName: cluster['tls-server-name'],
  proxyUrl: cluster['proxy-url'],
  disableCompression: cluster['disable-compression'],
  pluginConfig: cluster.extensions.find((extension) => extension.name === PLUGIN_CONFIG)?.extension,
});

const userOf = (of: string, user: z.infer<typeof userSchema>): User => ({
  name: of,
  token: user.token,
  tokenFile: user.tokenFile,
  username: user.username,
  password: user.password,
  certData: user['client-certificate-data'],
  certFile: user['client-certificate'],
  keyData: user['client-key-data'],
  keyFile: user['client-key'],
  impersonation: { user: user.as, uid: user['as-uid'], groups: user['as-groups'], extra: user['as-user-extra'] ?? {} },
  exec: user.exec == null ? undefined : { ...user.exec, program: user.exec.command },
  authProvider: user['auth-provider'] == null ? undefined : { ...user['auth-provider'], config: user['auth-provider'].config ?? {} },
});

const issueText = ({ path, code, message }: z.core.$ZodIssue): string => {
  if (path.length === 0) return 'it is no mapping';
  return `${brief(path.map(String).join('.'))} ${code === 'custom' ? message : 'is missing or of another kind'}`;
};

const faultText = ({ path, line, message }: YamlFault): string =>
  `${[...(line === undefined ? [] : [`line ${line}`]), ...(path.length === 0 ? [] : [brief(path.join('.'))])].join(', ') || 'it'} ${message}`;
