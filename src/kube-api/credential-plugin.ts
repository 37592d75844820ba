import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import type { OneContext } from './kube-config.ts';

/** A credential plugin of the kubeconfig may not run, or did not give credentials. */
export class CredentialPluginError extends Error {
  override readonly name = 'CredentialPluginError';
  /** As the kubeconfig writes it. */
  readonly command: string;
  readonly context: string;
  /** Its last line, or why it did not run. */
  readonly reason: string;
  /** True when it did not run, for pgdist.yaml does not name it. */
  readonly notAllowed: boolean;
  /** True when it may pass by itself. */
  readonly mayPass: boolean;
  constructor(
    command: string,
    context: string,
    reason: string,
    { notAllowed = false, mayPass = false }: { readonly notAllowed?: boolean; readonly mayPass?: boolean } = {},
  ) {
    super(`credential plugin \`${command}\` of context ${context} ${notAllowed ? 'is not allowed' : 'failed'}: ${reason}`);
    this.command = command;
    this.context = context;
    this.reason = reason;
    this.notAllowed = notAllowed;
    this.mayPass = mayPass;
  }
}

export interface PluginCredential {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Epoch milliseconds; undefined: until the API server refuses it. */
  readonly expiresAtMs: number | undefined;
}

export interface PluginOptions {
  /** Commands that may run, exactly as the kubeconfig writes them; default none. */
  readonly plugins?: readonly string[];
  /** Default 30 s. */
  readonly pluginTimeoutMs?: number;
}

const execSchema = z.looseObject({
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string().min(1), value: z.string() })).nullish(),
  apiVersion: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});
/** client.authentication.k8s.io/v1 */
const answerSchema = z.object({
  kind: z.literal('ExecCredential'),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

const TIMEOUT_MS = 30_000;
/** A plugin prints one small object. */
const MOST_BYTES = 1024 * 1024;
/** A plugin asks over the network: what passes by itself is tried again before anybody is told. */
const PAUSES_MS = [500, 2_000];
const LONGEST_REASON = 300;
/** From the worker's own environment: nothing that holds a secret of pgdist. */
const PASSED_ON = ['PATH', 'HOME'] as const;

/**
 * Variables by which an allowed name runs other code: where programs and their libraries are looked for, and what interpreters take in first. With them
 * whoever writes the kubeconfig would decide what runs, not pgdist.yaml.
 */
const RUNS_OTHERS =
  /^(PATH|LD_.*|DYLD_.*|GLIBC_TUNABLES|GCONV_PATH|OPENSSL_(CONF|MODULES|ENGINES)|ENV|BASH_.*|SHELLOPTS|BASHOPTS|PS4|IFS|NODE_.*|PYTHON.*|CLOUDSDK_PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|_?JAVA_.*|JDK_JAVA_OPTIONS|CLASSPATH)$/i;

/** Runs the plugin of a context: of the worker's environment it sees PATH and HOME alone. Throws CredentialPluginError. */
export const runCredentialPlugin = async (exec: unknown, one: OneContext, options: PluginOptions): Promise<PluginCredential> => {
  const context = one.context.name;
  const parsed = execSchema.safeParse(exec);
  if (!parsed.success) throw new CredentialPluginError('?', context, 'the kubeconfig names no command');
  const { command } = parsed.data;
  if (options.plugins?.includes(command) !== true)
    throw new CredentialPluginError(command, context, 'credentialPlugins of pgdist.yaml does not name it', { notAllowed: true });
  const other = parsed.data.env?.find(({ name }) => RUNS_OTHERS.test(name));
  if (other !== undefined)
    throw new CredentialPluginError(command, context, `the kubeconfig sets ${other.name} for it, by which other code could run: remove it there`);
  for (const pauseMs of PAUSES_MS) {
    try {
      return await runOnce(parsed.data, one, options);
    } catch (error) {
      if (!(error instanceof CredentialPluginError && error.mayPass)) throw error;
      await delay(pauseMs);
    }
  }
  return runOnce(parsed.data, one, options);
};

const runOnce = async (
  exec: z.infer<typeof execSchema>,
  one: OneContext,
  { pluginTimeoutMs = TIMEOUT_MS }: PluginOptions,
): Promise<PluginCredential> => {
  const { command, args, env } = exec;
  const failed = (reason: string, mayPass = false): CredentialPluginError =>
    new CredentialPluginError(command, one.context.name, reason, { mayPass });
  const passedOn = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  const { stdout, stderr, exitCode, timedOut, isMaxBuffer, code } = await execa(command, [...(args ?? [])], {
    env: {
      ...Object.fromEntries(passedOn),
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, one)),
    },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: pluginTimeoutMs,
    maxBuffer: MOST_BYTES,
    killDescendants: true,
    forceKillAfterDelay: 1_000,
  });
  if (timedOut) throw failed(`it did not end within ${Math.round(pluginTimeoutMs / 1000)} s`);
  if (isMaxBuffer) throw failed(`it printed more than ${MOST_BYTES} bytes`);
  if (exitCode === undefined) throw failed(code === 'ENOENT' ? "it is not on the worker's PATH" : 'it could not be started');
  if (exitCode !== 0) throw failed(lastLine(stderr) ?? `it ended with exit code ${exitCode}`, true);
  const answer = answerSchema.safeParse(parseJson(stdout));
  if (!answer.success) throw failed('it printed no ExecCredential');
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = answer.data.status;
  if (token === undefined && (cert === undefined || key === undefined)) throw failed('its answer holds neither a token nor a client certificate');
  const expiresAtMs = expirationTimestamp === undefined ? Number.NaN : Date.parse(expirationTimestamp);
  return { token: token?.trim(), cert, key, expiresAtMs: Number.isNaN(expiresAtMs) ? undefined : expiresAtMs };
};

const execInfo = ({ apiVersion, provideClusterInfo }: z.infer<typeof execSchema>, { cluster }: OneContext): unknown => ({
  apiVersion: apiVersion ?? 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  spec: {
    interactive: false,
    ...(provideClusterInfo === true
      ? { cluster: { server: cluster.server, 'tls-server-name': cluster.tlsServerName, 'certificate-authority-data': cluster.caData } }
      : {}),
  },
});

const lastLine = (text: string): string | undefined =>
  text
    .slice(-4_096)
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '')
    ?.slice(0, LONGEST_REASON);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
