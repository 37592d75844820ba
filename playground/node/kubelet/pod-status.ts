import type { Mutable } from '../../control/kit.ts';
import { setCondition, stamp } from '../../control/objects.ts';
import type { Container } from './container.ts';

/** What runs of one pod on its node. */
export interface Sandbox {
  readonly pod: Mutable;
  readonly podIp: string;
  readonly hostIp: string;
  readonly startedAt: Date;
  /** Containers by name; empty while volumes and images are awaited. */
  readonly containers: Map<string, Container>;
  readonly end: AbortController;
  initialised: boolean;
  /** Why its images cannot be pulled, in the runtime's words. */
  pull?: string;
}

/** Writes what the sandbox does into the pod's status, as the kubelet would. */
export const describePod = (status: any, { pod, podIp, hostIp, startedAt, containers, initialised, pull }: Sandbox, now: Date): void => {
  const specs: any[] = pod.spec.containers;
  const started = [...containers.values()];
  const all = started.length === specs.length;
  const finals = started.map(({ state }) => state.finalExitCode);
  const finished = all && finals.every((code) => code !== undefined);
  const failed = finals.some((code) => code !== undefined && code !== 0);

  status.phase = finished ? (failed ? 'Failed' : 'Succeeded') : started.some(({ state }) => hasStarted(state)) ? 'Running' : 'Pending';
  status.hostIP = hostIp;
  status.hostIPs = [{ ip: hostIp }];
  if (all) {
    status.podIP = podIp;
    status.podIPs = [{ ip: podIp }];
  }
  status.startTime ??= stamp(startedAt);
  status.qosClass ??= 'Burstable';
  status.containerStatuses = specs.map(({ name, image = '' }) => {
    const state = containers.get(name)?.state;
    return {
      name,
      image,
      imageID: state === undefined ? '' : image,
      ready: state?.ready ?? false,
      started: state?.state.running !== undefined,
      restartCount: state?.restartCount ?? 0,
      state: state?.state ?? { waiting: pull === undefined ? { reason: 'ContainerCreating' } : { reason: 'ErrImagePull', message: pull } },
      lastState: state?.lastState ?? {},
      ...(state === undefined ? {} : { containerID: `containerd://${pod.metadata.uid}-${name}-${state.restartCount}` }),
    };
  });
  const inits: any[] = pod.spec.initContainers ?? [];
  if (inits.length > 0) status.initContainerStatuses = inits.map((init) => initStatus(init, initialised, startedAt));
  const ready = all && started.every(({ state }) => state.ready);
  const unready = specs.map(({ name }) => name).filter((name) => containers.get(name)?.state.ready !== true);
  const readiness = ready
    ? { status: 'True' as const, reason: '', message: '' }
    : finished && !failed
      ? { status: 'False' as const, reason: 'PodCompleted', message: '' }
      : { status: 'False' as const, reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  setCondition(status, { type: 'Initialized', status: initialised ? 'True' : 'False', reason: '', message: '' }, now);
  setCondition(status, { type: 'ContainersReady', ...readiness }, now);
  setCondition(status, { type: 'Ready', ...readiness }, now);
  for (const condition of status.conditions) for (const field of ['reason', 'message']) if (condition[field] === '') delete condition[field];
};

const hasStarted = (state: Container['state']): boolean =>
  state.state.running !== undefined || state.state.terminated !== undefined || state.lastState.terminated !== undefined;

const initStatus = ({ name, image = '' }: { name: string; image?: string }, done: boolean, startedAt: Date) => ({
  name,
  image,
  imageID: done ? image : '',
  ready: done,
  restartCount: 0,
  lastState: {},
  state: done
    ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: stamp(startedAt), finishedAt: stamp(startedAt) } }
    : { waiting: { reason: 'PodInitializing' } },
});
