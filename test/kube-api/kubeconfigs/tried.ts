import { execa } from 'execa';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { connectCluster, type ConnectedCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { ProblemError } from '../../../src/domain/problem.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import { toolPaths } from '../../../playground/tools.ts';
import type { Certificates } from './certificates.ts';
import type { Form, Place } from './form.ts';
import type { Proxies } from './proxies.ts';
import { startRecorder, type Arrival, type Recorder } from './recorder.ts';

/** What one program did with a form. */
interface Outcome {
  readonly arrived: readonly Arrival[];
  /** What it said when it failed. */
  readonly error: string | undefined;
}

export interface Tried {
  /** kubectl, or helm where kubectl would ask a person. */
  readonly reference: Outcome;
  readonly pgdist: Outcome;
  /** pgdist with the kubeconfig that it writes for helm and clusteradm; undefined when it writes none. */
  readonly tool: Outcome | undefined;
  /** What pgdist tells a person of this form. */
  readonly note: string | undefined;
}

type Environment = Readonly<Record<string, string>>;

/** The same files for kubectl and for pgdist, one after the other. */
export const tryForm = async (form: Form, certificates: Certificates, proxies: Proxies): Promise<Tried> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  const recorder = await startRecorder(certificates, { via: proxies.via });
  try {
    const { port, plainPort } = recorder;
    const place: Place = { folder, port, plainPort, server: `https://127.0.0.1:${port}`, certificates, proxies };
    for (const [name, text] of Object.entries(form.files(place))) {
      const path = join(folder, name);
      await mkdir(text === undefined ? path : dirname(path), { recursive: true });
      if (text !== undefined) await writeFile(path, text, { mode: 0o700 });
    }
    const paths = form.paths?.(place) ?? join(folder, 'config');
    const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, ...form.environment?.(place) };
    const reference = outcome(recorder, await byClientGo(form, paths, environment), form);
    return { reference, ...(await byPgdist(form, paths, environment, recorder)) };
  } finally {
    await recorder.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const byClientGo = async ({ context, anonymous }: Form, paths: string, environment: Environment): Promise<string | undefined> => {
  const { kubectl, helm } = await toolPaths();
  const [tool, args] = anonymous === true ? [helm, ['list']] : [kubectl, ['get', '--raw', '/version']];
  const named = context === undefined ? [] : ['--context', context];
  const { failed, stderr } = await execa(tool, [...args, ...named], {
    env: { ...environment, KUBECONFIG: paths },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
  // The recorder knows no releases.
  return failed && anonymous !== true ? stderr : undefined;
};

const byPgdist = async (form: Form, paths: string, environment: Environment, recorder: Recorder): Promise<Omit<Tried, 'reference'>> => {
  let cluster: ConnectedCluster | undefined;
  try {
    cluster = connectCluster({
      name: 'tokyo',
      kubeConfig: loadKubeConfig({ paths }, form.context),
      random: () => 0,
      plugins: form.plugins ?? [],
      environment,
    });
    const pgdist = outcome(recorder, await ask(cluster), form);
    const { note } = cluster;
    if (pgdist.error !== undefined) return { pgdist, note, tool: undefined };
    const text = await cluster.kubeconfig();
    const again = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text }), random: () => 0, environment });
    const error = await ask(again);
    await again.close();
    return { pgdist, note, tool: outcome(recorder, error, form) };
  } catch (error) {
    return { pgdist: outcome(recorder, textOf(error), form), note: undefined, tool: undefined };
  } finally {
    await cluster?.close();
  }
};

const ask = async (cluster: ConnectedCluster): Promise<string | undefined> => {
  try {
    await cluster.version();
    return undefined;
  } catch (error) {
    return textOf(error);
  }
};

const textOf = (error: unknown): string => {
  const evidence = error instanceof ProblemError ? error.problems.flatMap((problem) => problem.evidence) : [];
  return [(error as Error).message, ...evidence].join('\n');
};

/** helm asks for other things, and of several at once. */
const outcome = (recorder: Recorder, error: string | undefined, { anonymous }: Form): Outcome => {
  const arrived = recorder.taken().map(comparable);
  if (anonymous !== true) return { error, arrived };
  const [first, ...others] = arrived.map((arrival) => ({ ...arrival, url: '' }));
  return { error, arrived: first === undefined ? [] : [first, ...others.filter((other) => !isDeepStrictEqual(other, first))] };
};

/** Names of hosts are the same in any case, and JSON that plugins are told in any order and with null for what is not there. */
const comparable = (arrival: Arrival): Arrival => ({
  ...arrival,
  host: arrival.host.toLowerCase(),
  serverName: arrival.serverName?.toLowerCase(),
  authorization: toldBy(arrival.authorization) ?? arrival.authorization,
});

const toldBy = (authorization: string | undefined): string | undefined => {
  const [, token = ''] = /^Bearer ([\w+/=]{40,})$/.exec(authorization ?? '') ?? [];
  try {
    const told = JSON.parse(Buffer.from(token, 'base64').toString()) as unknown;
    return JSON.stringify(told, (_, value: unknown) => (value === null ? undefined : sorted(value)));
  } catch {
    return undefined;
  }
};

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => one.localeCompare(other)))
    : value;
