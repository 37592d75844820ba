import { ApiError } from '../../../src/kube-api/api-server.ts';
import type { Mutable } from '../../control/kit.ts';
import { inBackground } from '../../control/background.ts';
import { recordEvent } from '../../control/events.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { isFinished, NODE, POD, type ControllerContext } from '../../control/objects.ts';
import type { Program } from '../../control/program.ts';
import { workQueue } from '../../control/work-queue.ts';
import { runContainer } from './container.ts';
import { describePod, type Sandbox } from './pod-status.ts';
import { claimsAreBound, mountObstacle } from './volumes.ts';

/** Pull and start of a small image that is not there yet. */
const START_MS = 1_500;
/** How often the kubelet tries to mount again. */
const MOUNT_RETRY_MS = 1_000;
/** From the signal to the end of well-behaved containers. */
const STOP_MS = 500;

export interface Kubelet {
  /** What runs of a pod; undefined: nothing (yet). */
  sandbox(namespace: string, pod: string): Sandbox | undefined;
  /** Ends a container (default: the first) of this pod and of later ones of the same name, and keeps it down. */
  stopContainer(namespace: string, pod: string, container?: string): void;
  startContainer(namespace: string, pod: string): void;
}

interface KubeletOptions {
  readonly programs: readonly Program[];
  /** First two octets of pod addresses: '10.100'. */
  readonly podNetwork: string;
  /** Whether nodes can pull the image. */
  readonly imageIsThere: (image: string) => boolean;
}

/** The kubelets of all nodes of a cluster: start pods that have a node, report them, end them when they are deleted. */
export const startKubelet = (context: ControllerContext, { programs, podNetwork, imageIsThere }: KubeletOptions): Kubelet => {
  const { client, observe, time, signal, now, onError } = context;
  const pods = observe(POD);
  const sandboxes = new Map<string, Sandbox>();
  const heldDown = new Map<string, string | undefined>();
  const nextIp = addresses(podNetwork, () => pods.all());

  const reports = workQueue(
    async (key) => {
      const sandbox = sandboxes.get(key);
      if (sandbox === undefined) return;
      const { namespace, name } = fromKey(key);
      await client.setStatus(
        { ...POD, namespace, name },
        (status, { metadata }) => {
          if (metadata.uid === sandbox.pod.metadata.uid) describePod(status, sandbox, now());
        },
        pods.get(namespace, name),
      );
    },
    { signal, onError },
  );

  const start = async (pod: Mutable): Promise<void> => {
    const key = keyOf(pod);
    const hostIp = addressOf(observe(NODE).get('', pod.spec.nodeName));
    const podIp = pod.spec.hostNetwork === true ? hostIp : (pod.status?.podIP ?? nextIp());
    const sandbox: Sandbox = { pod, podIp, hostIp, startedAt: now(), containers: new Map(), end: new AbortController(), initialised: false };
    sandboxes.set(key, sandbox);
    const life = AbortSignal.any([signal, sandbox.end.signal]);
    pod.status = { ...pod.status, podIP: podIp, hostIP: hostIp };
    reports.add(key);
    while (!(await claimsAreBound(client, pod))) if (!(await time.after(MOUNT_RETRY_MS, life))) return;
    for (let said = ''; ;) {
      const obstacle = await mountObstacle(client, pod);
      if (obstacle === undefined) break;
      if (obstacle !== said) await say(pod, 'Warning', 'FailedMount', obstacle);
      said = obstacle;
      if (!(await time.after(MOUNT_RETRY_MS, life))) return;
    }
    if (!(await time.after(START_MS, life))) return;
    const unfit = platformObstacle(observe(NODE).get('', pod.spec.nodeName));
    if (unfit !== undefined) {
      sandbox.pull = unfit;
      reports.add(key);
      return say(pod, 'Warning', 'Failed', `Failed to pull image "${pod.spec.containers[0].image}": ${unfit}`);
    }
    sandbox.initialised = true;
    for (const { name } of pod.spec.containers) {
      const program = programs.find((one) => one.claims(pod, name));
      const stopped = heldDown.has(key) && (heldDown.get(key) ?? pod.spec.containers[0].name) === name;
      const changed = (): void => reports.add(key);
      sandbox.containers.set(
        name,
        runContainer({
          pod,
          name,
          program,
          cluster: client.cluster,
          time,
          now,
          signal: life,
          heldDown: stopped,
          changed,
          imageIsThere,
          say: (reason, message) => void say(pod, reason === 'Failed' ? 'Warning' : 'Normal', reason, message),
        }),
      );
    }
    reports.add(key);
    await say(pod, 'Normal', 'Started', `Started container ${pod.spec.containers.map(({ name }: { name: string }) => name).join(', ')}`);
  };

  /** A pod that could not be prepared is prepared anew. */
  const startAgain = async (key: string, { metadata: { uid } }: Mutable): Promise<void> => {
    const failed = sandboxes.get(key);
    if (failed?.pod.metadata.uid !== uid) return;
    failed?.end.abort();
    if (!(await time.after(MOUNT_RETRY_MS, signal))) return;
    if (sandboxes.get(key) === failed) sandboxes.delete(key);
    pass.add(key);
  };

  const end = async (key: string, pod: Mutable): Promise<void> => {
    sandboxes.get(key)?.end.abort();
    if (sandboxes.get(key)?.pod.metadata.uid === pod.metadata.uid) sandboxes.delete(key);
    await time.after(STOP_MS, signal);
    const { namespace = '', name, uid = '' } = pod.metadata;
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    await client.api.json('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, { body }).catch((error: unknown) => {
      if (!(error instanceof ApiError && (error.status.code === 404 || error.status.code === 409))) throw error;
    });
  };

  const pass = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const pod = pods.get(namespace, name);
      const sandbox = sandboxes.get(key);
      if (sandbox !== undefined && sandbox.pod.metadata.uid !== pod?.metadata.uid) {
        sandbox.end.abort();
        sandboxes.delete(key);
      }
      if (pod === undefined) return;
      if (pod.metadata.deletionTimestamp !== undefined) return end(key, pod);
      if (pod.spec.nodeName === undefined || isFinished(pod) || sandboxes.has(key)) return;
      inBackground(start(structuredClone(pod)), (error) => {
        onError(error);
        inBackground(startAgain(key, pod), onError);
      });
    },
    { signal, onError },
  );
  pods.subscribe((pod) => pass.add(keyOf(pod)));

  const say = (pod: Mutable, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> =>
    recordEvent(client, now(), { about: pod, type, reason, message, component: 'kubelet' }).catch(onError);

  return {
    sandbox: (namespace, pod) => sandboxes.get(`${namespace}/${pod}`),
    stopContainer(namespace, pod, container) {
      const key = `${namespace}/${pod}`;
      heldDown.set(key, container);
      const sandbox = sandboxes.get(key);
      sandbox?.containers.get(container ?? sandbox.pod.spec.containers[0].name)?.kill(137, true);
    },
    startContainer(namespace, pod) {
      const key = `${namespace}/${pod}`;
      heldDown.delete(key);
      for (const container of sandboxes.get(key)?.containers.values() ?? []) container.release();
    },
  };
};

const addressOf = (node: Mutable | undefined): string =>
  node?.status?.addresses?.find(({ type }: { type: string }) => type === 'InternalIP')?.address ?? '127.0.0.1';

/** Images are built for these platforms alone: a node of another one pulls nothing, as its runtime says. */
const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const platformObstacle = (node: Mutable | undefined): string | undefined => {
  const { operatingSystem = 'linux', architecture = 'amd64' } = node?.status?.nodeInfo ?? {};
  const platform = `${operatingSystem}/${architecture}`;
  return PLATFORMS.includes(platform)
    ? undefined
    : `no match for platform in manifest: no matching manifest for ${platform} in the manifest list entries: not found`;
};

/** Addresses that no pod has, one after the other. */
const addresses = (network: string, pods: () => readonly Mutable[]): (() => string) => {
  let next = 9;
  return () => {
    for (;;) {
      next += 1;
      const ip = `${network}.${Math.floor(next / 250) % 250}.${(next % 250) + 2}`;
      if (!pods().some(({ status }) => status?.podIP === ip)) return ip;
    }
  };
};
