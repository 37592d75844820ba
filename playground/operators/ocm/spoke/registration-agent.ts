import { NODE, randomSuffix, SECRET, type ControllerContext } from '../../../control/objects.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { AGENT_NAMESPACE, BOOTSTRAP_SECRET, HUB_KUBECONFIG_SECRET, LEASE_SECONDS, MANAGED_CLUSTER } from '../names.ts';
import { session, until } from '../session.ts';
import { hasEnded } from './agent-certificate.ts';
import { type Pair, requestsOf, signedRequest } from './certificate-request.ts';
import { openHub, type HubLink } from './hub-link.ts';
import { agentKubeconfig, hubAccess, secretText, type HubAccess } from './kubeconfig.ts';
import { serveCluster } from './joined-cluster.ts';
import { renewCertificate } from './renew-certificate.ts';

/**
 * An agent that exits because its bootstrap Secret changed does not give its lease up; the next one waits for it, then starts and asks (143, 160 and 163 s
 * measured, 185 s on a busy machine).
 */
const LEASE_WAIT_SHORTEST_MS = 143_000;
const LEASE_WAIT_SPREAD_MS = 42_000;
const RETRY_MS = 10_000;

/** The registration agent of a spoke: bootstraps until a certificate is signed, then keeps the ManagedCluster alive. */
export const runRegistrationAgent = async (context: ControllerContext, link: HubLink, clusterName: string): Promise<void> => {
  const { observe, signal, time, random } = context;
  const secrets = observe({ ...SECRET, namespace: AGENT_NAMESPACE });
  const read = (name: string): Mutable | undefined => secrets.get(AGENT_NAMESPACE, name);
  let started = false;
  // Whose certificate ended fails its liveness probe, and starts anew.
  let ended = '';
  const lives = session(async ({ bootstrap }: { bootstrap: HubAccess; ended: string }, life) => {
    if (started && !(await time.after(LEASE_WAIT_SHORTEST_MS + random() * LEASE_WAIT_SPREAD_MS, life))) return;
    started = true;
    await live({ ...context, signal: life }, link, { clusterName, bootstrap, hubSecret: () => read(HUB_KUBECONFIG_SECRET) });
  }, context);
  secrets.subscribe(({ metadata }) => {
    if (metadata.name !== BOOTSTRAP_SECRET && metadata.name !== HUB_KUBECONFIG_SECRET) return;
    const bootstrap = hubAccess(read(BOOTSTRAP_SECRET));
    const own = read(HUB_KUBECONFIG_SECRET);
    if (own !== undefined && hasEnded(own, context.now())) ended = secretText(own, 'tls.crt') ?? '';
    lives.set(bootstrap === undefined ? undefined : { bootstrap, ended });
  });
  await until(signal);
};

interface Life {
  readonly clusterName: string;
  readonly bootstrap: HubAccess;
  readonly hubSecret: () => Mutable | undefined;
}

const live = async (context: ControllerContext, link: HubLink, { clusterName, bootstrap, hubSecret }: Life): Promise<void> => {
  const { client, signal } = context;
  const keep = async (agent: string, pair: Pair): Promise<void> => {
    const data = {
      kubeconfig: agentKubeconfig(bootstrap),
      'tls.crt': pair.certificate,
      'tls.key': pair.key,
      'cluster-name': clusterName,
      'agent-name': agent,
    };
    await client.apply({
      ...SECRET,
      metadata: { name: HUB_KUBECONFIG_SECRET, namespace: AGENT_NAMESPACE },
      type: 'Opaque',
      data: base64(data),
    });
  };
  if (!isValid(hubSecret(), clusterName, bootstrap) || hasEnded(hubSecret(), context.now())) {
    const agent = randomSuffix(context.random);
    const pair = await overHub(context, link, bootstrap, bootstrap.token, (hub, up) => register({ ...context, signal: up }, hub, clusterName, agent));
    if (pair === undefined || signal.aborted) return;
    await keep(agent, pair);
  }
  await overHub(context, link, bootstrap, undefined, async (hub, up) => {
    const living = { ...context, signal: up };
    await Promise.all([
      serveCluster(living, hub, { clusterName, nodes: () => client.list(NODE) }),
      renewCertificate(living, hub, { clusterName, hubSecret, keep }),
    ]);
    return signal.aborted ? true : undefined;
  });
};

/** The certificate stays good as long as name, server and CA are the ones it was made for. */
const isValid = (secret: Mutable | undefined, clusterName: string, { server, caData }: HubAccess): boolean => {
  const access = hubAccess(secret);
  return secretText(secret, 'cluster-name') === clusterName && access?.server === server && access.caData === caData;
};

/** Runs `work` with a client of the hub; when the way is cut the work's signal ends, and it starts again when the way is back. */
const overHub = async <T>(
  { signal, time, onError }: ControllerContext,
  link: HubLink,
  { server }: HubAccess,
  token: string | undefined,
  work: (hub: OperatorClient, signal: AbortSignal) => Promise<T | undefined>,
): Promise<T | undefined> => {
  while (!signal.aborted) {
    const cut = new AbortController();
    const forget = link.network.onChange(() => {
      if (!link.network.reachable(link.from, server)) cut.abort();
    });
    const up = AbortSignal.any([signal, cut.signal]);
    let hub: OperatorClient | undefined;
    try {
      hub = openHub(link, server, token, 'registration-agent');
      const result = await work(hub, up);
      if (result !== undefined) return result;
    } catch (error) {
      if (!up.aborted) onError(error);
    } finally {
      forget();
      cut.abort();
      await hub?.close();
    }
    if (!(await time.after(RETRY_MS, signal))) return undefined;
  }
  return undefined;
};

/** Creates the ManagedCluster and a certificate request, and waits until the request is signed; a denied or vanished one is made anew. */
const register = async (context: ControllerContext, hub: OperatorClient, clusterName: string, agent: string): Promise<Pair | undefined> => {
  const { signal } = context;
  const requests = requestsOf(context, hub, clusterName);
  await hub.create({ ...MANAGED_CLUSTER, metadata: { name: clusterName }, spec: { hubAcceptsClient: false, leaseDurationSeconds: LEASE_SECONDS } });
  while (!signal.aborted) {
    const pair = await signedRequest(context, hub, requests, clusterName, agent);
    if (pair !== undefined) return pair;
  }
  return undefined;
};

const base64 = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
