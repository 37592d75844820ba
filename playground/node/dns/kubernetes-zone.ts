import type { OperatorClient } from '../../control/kit.ts';
import { isReady, matchesLabels, POD, SERVICE } from '../../control/objects.ts';
import type { Answer } from './message.ts';

const NAME_ERROR: Answer = { rcode: 'NXDOMAIN', addresses: [] };
const found = (addresses: readonly string[]): Answer => ({ rcode: 'NOERROR', addresses });

/** Answers a name below the cluster's zone ('kube-dns.kube-system.svc'), as the kubernetes plugin does with `pods insecure`. */
export const askKubernetes = async (client: OperatorClient, relative: string): Promise<Answer> => {
  const labels = relative.split('.');
  const kind = labels.pop();
  const namespace = labels.pop() ?? '';
  if (kind === 'pod') return podByAddress(labels);
  if (kind !== 'svc' || labels.length === 0 || labels.length > 2) return NAME_ERROR;
  const service = labels.pop() ?? '';
  const object = await client.get({ ...SERVICE, namespace, name: service });
  if (object === undefined) return NAME_ERROR;
  const { clusterIP, selector, publishNotReadyAddresses } = object.spec;
  const [host] = labels;
  if (clusterIP !== 'None') return host === undefined ? found(clusterIP === undefined ? [] : [clusterIP]) : NAME_ERROR;
  const pods = (await client.list({ ...POD, namespace })).filter(
    (pod) =>
      pod.status?.podIP !== undefined &&
      (publishNotReadyAddresses === true || isReady(pod)) &&
      selector !== undefined &&
      matchesLabels({ matchLabels: selector }, pod.metadata.labels) &&
      (host === undefined || hostOf(pod, service) === host),
  );
  return pods.length === 0 ? NAME_ERROR : found(pods.map(({ status }) => status.podIP));
};

const hostOf = ({ spec, status }: { spec?: any; status?: any }, service: string): string =>
  spec.hostname !== undefined && spec.subdomain === service ? spec.hostname : String(status.podIP).replaceAll('.', '-');

const podByAddress = ([dashed = '', ...rest]: readonly string[]): Answer =>
  rest.length === 0 && /^\d+-\d+-\d+-\d+$/.test(dashed) ? found([dashed.replaceAll('-', '.')]) : NAME_ERROR;
