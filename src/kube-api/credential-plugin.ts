import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { readYaml } from '../yaml/read-yaml.ts';
import { CredentialPluginError } from './credential-plugin-error.ts';
import { execInfo, VERSIONS, type PluginTarget } from './exec-info.ts';
import { isPair } from './given-credentials.ts';
import { isHeaderText } from './impersonation.ts';
import type { Exec } from './kube-config-file.ts';
import type { Environment } from './proxy.ts';

export type { PluginTarget } from './exec-info.ts';

export interface PluginCredential {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Epoch milliseconds; undefined: until the API server refuses it. */
  readonly expiresAtMs: number | undefined;
}

export interface RunOptions {
  /** Commands that may run, exactly as the kubeconfig writes them; default none. */
  readonly plugins?: readonly string[];
  /** Default 30 s. */
  readonly pluginTimeoutMs?: number;
  readonly environment: Environment;
}

const word = z
  .string()
  .nullish()
  .transform((value) => (value == null || value === '' ? undefined : value));
/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
const answerSchema = z.object({
  apiVersion: z.string(),
  kind: z.literal('ExecCredential'),
  status: z.object({ token: word, clientCertificateData: word, clientKeyData: word, expirationTimestamp: word }).nullish(),
});

const TIMEOUT_MS = 30_000;
/** A plugin prints one small object. */
const MOST_BYTES = 1024 * 1024;
const ANSWER_LIMITS = { mostBytes: MOST_BYTES, mostWords: 10_000 };
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
export const runCredentialPlugin = async (exec: Exec, target: PluginTarget, options: RunOptions): Promise<PluginCredential> => {
  const { command = '?', env } = exec;
  const failed = (reason: string, notAllowed = false): CredentialPluginError =>
    new CredentialPluginError(command, target.context, reason, { notAllowed });
  if (exec.command === undefined) throw failed('the kubeconfig names no command');
  if (options.plugins?.includes(command) !== true) throw failed('credentialPlugins of pgdist.yaml does not name it', true);
  const wrong = askedWrongly(exec);
  if (wrong !== undefined) throw failed(wrong);
  const other = env.find(({ name }) => RUNS_OTHERS.test(name));
  if (other !== undefined) throw failed(`the kubeconfig sets ${other.name} for it, by which other code could run: remove it there`);
  for (const pauseMs of PAUSES_MS) {
    try {
      return await runOnce(exec, target, options);
    } catch (error) {
      if (!(error instanceof CredentialPluginError && error.mayPass)) throw error;
      await delay(pauseMs);
    }
  }
  return runOnce(exec, target, options);
};

/** What kubectl refuses to run. */
const askedWrongly = ({ apiVersion, interactiveMode, env }: Exec): string | undefined => {
  if (apiVersion === undefined || !VERSIONS.includes(apiVersion)) return `its apiVersion in the kubeconfig is not one of ${VERSIONS.join(', ')}`;
  // v1beta1 had no such field.
  if (interactiveMode === undefined && apiVersion === VERSIONS[0])
    return 'the kubeconfig does not say its interactiveMode: write Never or IfAvailable';
  if (interactiveMode === 'Always') return 'it asks a person (interactiveMode: Always), and nobody sits in front of the worker';
  if (interactiveMode !== undefined && !['Never', 'IfAvailable'].includes(interactiveMode)) return 'its interactiveMode is none that exists';
  return env.some(({ name }) => name === '') ? 'the kubeconfig sets a variable without a name for it' : undefined;
};

const runOnce = async (exec: Exec, target: PluginTarget, { pluginTimeoutMs = TIMEOUT_MS, environment }: RunOptions): Promise<PluginCredential> => {
  const { command = '', program = command, args, env, apiVersion } = exec;
  const failed = (reason: string, mayPass = false): CredentialPluginError => new CredentialPluginError(command, target.context, reason, { mayPass });
  const passedOn = PASSED_ON.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]));
  const { stdout, stderr, exitCode, timedOut, isMaxBuffer, code } = await execa(program, [...args], {
    env: {
      ...Object.fromEntries(passedOn),
      ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: execInfo(exec, target),
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
  if (exitCode === undefined) throw failed(notStarted(code, program === command));
  if (exitCode !== 0) throw failed(lastLine(stderr) ?? lastLine(stdout) ?? `it ended with exit code ${exitCode}`, true);
  const answer = answerSchema.safeParse(answerOf(stdout));
  if (!answer.success) throw failed(withLastLine('it printed no ExecCredential', stderr));
  if (answer.data.apiVersion !== apiVersion) throw failed(`it answers in another apiVersion than the kubeconfig's ${apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = answer.data.status ?? {};
  if (token === undefined && (cert === undefined || key === undefined))
    throw failed(withLastLine('its answer holds neither a token nor a client certificate with its key', stderr));
  if ((cert === undefined) !== (key === undefined)) throw failed('its answer holds only one of client certificate and key');
  if (cert !== undefined && key !== undefined && !isPair(cert, key)) throw failed('the client certificate and the key in its answer are no pair');
  const expiresAtMs = expirationTimestamp === undefined ? undefined : Date.parse(expirationTimestamp);
  if (Number.isNaN(expiresAtMs)) throw failed('the expirationTimestamp in its answer is no time');
  if (token !== undefined && !isHeaderText(token)) throw failed('the token in its answer holds a character that no header can hold');
  return { token, cert, key, expiresAtMs };
};

const notStarted = (code: string | undefined, isOnPath: boolean): string => {
  if (code === 'ENOENT') return isOnPath ? "it is not on the worker's PATH" : 'there is no such file beside the kubeconfig';
  return code === 'EACCES' ? 'it may not be executed' : 'it could not be started';
};

const withLastLine = (reason: string, stderr: string): string => {
  const line = lastLine(stderr);
  return line === undefined ? reason : `${reason}: ${line}`;
};

const lastLine = (text: string): string | undefined =>
  text
    .slice(-4_096)
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '')
    ?.slice(0, LONGEST_REASON);

/** JSON, or YAML, which kubectl takes as well. */
const answerOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    const found = readYaml(text, ANSWER_LIMITS);
    return found.kind === 'read' ? found.value : undefined;
  }
};
