import type { FleetNetwork } from '../../control/network.ts';
import type { ControllerContext } from '../../control/objects.ts';
import { observer } from '../../control/observed.ts';
import { SECRET } from '../../control/objects.ts';
import { livingClient } from '../../control/living-client.ts';
import { operatorClient, type Connection, type OperatorClient } from '../../control/kit.ts';
import { type SimulatedTime } from '../../control/simulated-time.ts';
import { runAddonManager } from './hub/addons.ts';
import { runClusterManagerOperator } from './hub/cluster-manager.ts';
import { runRegistrationController } from './hub/managed-clusters.ts';
import { runPlacementController } from './hub/placements.ts';
import { runWorkController } from './hub/work-replica-sets.ts';
import { AGENT_NAMESPACE, HUB_KUBECONFIG_SECRET, HUB_NAMESPACE, OPERATOR_NAMESPACE } from './names.ts';
import { followDeployment, session, until } from './session.ts';
import { hasEnded } from './spoke/agent-certificate.ts';
import { openHub, type HubLink } from './spoke/hub-link.ts';
import { hubAccess, secretText } from './spoke/kubeconfig.ts';
import { REGISTRATION_AGENT, runKlusterletOperator, WORK_AGENT } from './spoke/klusterlet.ts';
import { runRegistrationAgent } from './spoke/registration-agent.ts';
import { runWorkAgent, type WorkAgentOptions } from './works/agent.ts';
import { becomeLeader } from './works/leadership.ts';

interface OcmOptions {
  readonly connection: Connection;
  readonly time: SimulatedTime;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly onError?: (error: unknown) => void;
}

/** A running part of OCM. Exported for tests. */
export interface Running {
  close(): Promise<void>;
}

/** OCM of a hub: each part works while its Deployment has an available pod. Nothing happens before `clusteradm init`. */
export const startOcmHub = (options: OcmOptions): Running => {
  const { context, close } = contextFor(options, 'ocm-hub');
  const part = (namespace: string, name: string, run: (context: ControllerContext) => void): void => {
    const running = session(async (_: readonly string[], signal) => {
      run(inProcess(context, signal));
      await until(signal);
    }, context);
    followDeployment(context, { namespace, name }, running.set);
  };
  part(OPERATOR_NAMESPACE, 'cluster-manager', runClusterManagerOperator);
  part(HUB_NAMESPACE, 'cluster-manager-registration-controller', runRegistrationController);
  part(HUB_NAMESPACE, 'cluster-manager-placement-controller', runPlacementController);
  part(HUB_NAMESPACE, 'cluster-manager-addon-manager-controller', runAddonManager);
  part(HUB_NAMESPACE, 'cluster-manager-work-controller', runWorkController);
  return { close };
};

/** OCM of a spoke: operator, registration agent, work agent. Nothing happens before `clusteradm join`. */
export const startOcmSpoke = (options: OcmOptions & { readonly network: FleetNetwork }): Running => {
  const { context, close } = contextFor(options, 'ocm-spoke');
  const link: HubLink = { network: options.network, from: options.connection.name };

  const operator = session(async (_: readonly string[], signal) => {
    runKlusterletOperator(inProcess(context, signal), link);
    await until(signal);
  }, context);
  followDeployment(context, { namespace: OPERATOR_NAMESPACE, name: 'klusterlet' }, operator.set);

  const registration = session((clusterName: string, signal) => runRegistrationAgent(inProcess(context, signal), link, clusterName), context);
  followDeployment(context, { namespace: AGENT_NAMESPACE, name: REGISTRATION_AGENT }, (args) => {
    registration.set(flag(args, 'spoke-cluster-name'));
  });

  startWorkAgent(context, link);
  return { close };
};

/** The work agent runs while its Deployment is live, the Secret names this cluster and its certificate is good, and there is a way to the hub. */
const startWorkAgent = (context: ControllerContext, link: HubLink): void => {
  const { observe } = context;
  // Other pods are another process, whatever its arguments.
  const work = session(async (options: WorkAgentOptions & { readonly generation: number }, signal) => {
    let hub: OperatorClient | undefined;
    try {
      await becomeLeader({ ...context, signal });
      hub = openHub(link, options.server, undefined, 'work-agent');
      await runWorkAgent(inProcess(context, signal), hub, options);
    } finally {
      await hub?.close();
    }
  }, context);
  const secrets = observe({ ...SECRET, namespace: AGENT_NAMESPACE });
  let args: readonly string[] | undefined;
  let generation = 0;
  const settle = (): void => {
    const secret = secrets.get(AGENT_NAMESPACE, HUB_KUBECONFIG_SECRET);
    const server = hubAccess(secret)?.server;
    const clusterName = secretText(secret, 'cluster-name');
    const isLetIn = secret !== undefined && !hasEnded(secret, context.now());
    const usable = args !== undefined && server !== undefined && clusterName !== undefined && isLetIn && link.network.reachable(link.from, server);
    work.set(
      usable
        ? {
            generation,
            clusterName,
            server,
            rawJson: (args ?? []).some((arg) => arg.startsWith('--feature-gates=') && arg.includes('RawFeedbackJsonString=true')),
            statusSyncMs: durationMs(flag(args, 'status-sync-interval') ?? '10s'),
          }
        : undefined,
    );
  };
  followDeployment(context, { namespace: AGENT_NAMESPACE, name: WORK_AGENT }, (live, at) => {
    args = live;
    generation = at;
    settle();
  });
  secrets.subscribe(settle);
  const forget = link.network.onChange(settle);
  context.signal.addEventListener('abort', forget, { once: true });
};

/** What a process has that ends with the signal: what it had not sent by then it never sends. */
const inProcess = ({ client, onError, ...context }: ControllerContext, signal: AbortSignal): ControllerContext => ({
  ...context,
  client: livingClient(client, signal),
  observe: observer(client, signal),
  signal,
  onError(error) {
    if (!signal.aborted) onError(error);
  },
});

const contextFor = (options: OcmOptions, name: string): { context: ControllerContext; close: () => Promise<void> } => {
  const own = new AbortController();
  const signal = AbortSignal.any([own.signal, options.signal]);
  const client = operatorClient(options.connection, name);
  const { time, now = () => new Date(), random = Math.random } = options;
  const onError = (error: unknown): void => {
    if (!signal.aborted) options.onError?.(error);
  };
  return {
    context: { client, observe: observer(client, signal), time, signal, now, random, onError },
    async close() {
      own.abort();
      await client.close();
    },
  };
};

const flag = (args: readonly string[] | undefined, name: string): string | undefined =>
  args?.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

/** '60s', '1m30s' */
const durationMs = (text: string): number => {
  const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3600_000 };
  return [...text.matchAll(/(\d+)([smh])/g)].reduce((total, [, amount, unit = 's']) => total + Number(amount) * (units[unit] ?? 0), 0);
};
