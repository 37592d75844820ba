import { NODE, randomSuffix, SECRET, type ControllerContext } from '../../../control/objects.ts';
import { observer, untilObserved } from '../../../control/observed.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { AGENT_NAMESPACE, BOOTSTRAP_SECRET, CLUSTER_NAME_LABEL, CSR, HUB_KUBECONFIG_SECRET, LEASE_SECONDS, MANAGED_CLUSTER } from '../names.ts';
import { session, until } from '../session.ts';
import { agentRequest } from './csr.ts';
import { openHub, type HubLink } from './hub-link.ts';
import { agentKubeconfig, hubAccess, secretText, type HubAccess } from './kubeconfig.ts';
import { serveCluster } from './joined-cluster.ts';

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
  const lives = session(async ({ bootstrap }: { bootstrap: HubAccess }, life) => {
    if (started && !(await time.after(LEASE_WAIT_SHORTEST_MS + random() * LEASE_WAIT_SPREAD_MS, life))) return;
    started = true;
    await live({ ...context, signal: life }, link, { clusterName, bootstrap, hubSecret: () => read(HUB_KUBECONFIG_SECRET) });
  }, context);
  secrets.subscribe(({ metadata }) => {
    if (metadata.name !== BOOTSTRAP_SECRET) return;
    const bootstrap = hubAccess(read(BOOTSTRAP_SECRET));
    lives.set(bootstrap === undefined ? undefined : { bootstrap });
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
  if (!isValid(hubSecret(), clusterName, bootstrap)) {
    const agent = randomSuffix(context.random);
    const pair = await overHub(context, link, bootstrap, bootstrap.token, (hub, up) => register({ ...context, signal: up }, hub, clusterName, agent));
    if (pair === undefined || signal.aborted) return;
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
  }
  await overHub(context, link, bootstrap, undefined, async (hub, up) => {
    await serveCluster({ ...context, signal: up }, hub, { clusterName, nodes: () => client.list(NODE) });
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
const register = async (
  { signal, random }: ControllerContext,
  hub: OperatorClient,
  clusterName: string,
  agent: string,
): Promise<{ readonly certificate: string; readonly key: string } | undefined> => {
  const labels = { [CLUSTER_NAME_LABEL]: clusterName };
  const requests = observer(hub, signal)({ ...CSR, labelSelector: `${CLUSTER_NAME_LABEL}=${clusterName}` });
  await hub.create({ ...MANAGED_CLUSTER, metadata: { name: clusterName }, spec: { hubAcceptsClient: false, leaseDurationSeconds: LEASE_SECONDS } });
  while (!signal.aborted) {
    const { request, key } = await agentRequest(clusterName, agent);
    const name = `${clusterName}-${randomSuffix(random)}`;
    const usages = ['digital signature', 'key encipherment', 'client auth'];
    const spec = { request: Buffer.from(request).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client', usages };
    await hub.create({ ...CSR, metadata: { name, labels }, spec });
    if (!(await untilObserved(requests, () => requests.get('', name) !== undefined, signal))) return undefined;
    await untilObserved(requests, () => settled(requests.get('', name)), signal);
    const certificate: string | undefined = requests.get('', name)?.status?.certificate;
    if (certificate !== undefined) return { certificate: Buffer.from(certificate, 'base64').toString(), key };
  }
  return undefined;
};

const settled = (csr: Mutable | undefined): boolean =>
  csr === undefined ||
  csr.status?.certificate !== undefined ||
  (csr.status?.conditions ?? []).some(({ type }: { type: string }) => type === 'Denied' || type === 'Failed');

const base64 = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
