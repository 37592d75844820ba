import { isIP } from 'node:net';
import type { Fleet } from '../../domain/fleet.ts';
import { isLocalHost } from '../../domain/local-host.ts';
import type { Step, StepContext } from '../context.ts';
import { gate } from '../gate.ts';
import { serviceSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { reading, rightsTo } from '../rights.ts';
import { unlessSilent } from '../unless-silent.ts';
import { told } from '../../domain/text.ts';

const KUBERNETES = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'kubernetes' } as const;

/** The configured address of the hub is one that another cluster can use. Whether it does reach the hub shows after the join, in the spoke's Klusterlet. */
export const hubAddress = (fleet: Fleet): Step =>
  gate({
    id: 'preflight/hub-address',
    title: 'the address of the hub fits other clusters',
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: rightsTo('tell the address of the hub from one inside it', fleet.hub, reading(KUBERNETES)),
    async examine(context) {
      const fault = faultOf(fleet.hubApiServer) ?? (await insideAddress(context, fleet));
      if (fault === undefined) return { problems: [], evidence: fleet.hubApiServer };
      return {
        evidence: '',
        problems: [
          {
            code: 'PGD-017',
            what: told`spokes cannot reach the hub at ${fleet.hubApiServer}`,
            evidence: [fault],
            remedy: told`Set hub.apiServer in pgdist.yaml to the https address of the hub's API server as pods of the other clusters reach it.`,
          },
        ],
      };
    },
  });

const faultOf = (address: string): string | undefined => {
  if (!URL.canParse(address)) return 'it is not a URL';
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'https:') return `it begins with ${protocol}//, an API server speaks https`;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isLocalHost(hostname)) return `${host} means the machine itself`;
  return isInsideName(host) ? `${host} is known inside one cluster only` : undefined;
};

/**
 * A name that only pods of a cluster find: of a Service, as long or as short as their search list lets it be, whatever domain the cluster has. Each
 * cluster answers `kubernetes.default` with its own API server.
 */
const isInsideName = (host: string): boolean => {
  const [name, namespace, kind] = host.split('.');
  if (name === 'kubernetes' && (namespace === undefined || namespace === 'default')) return true;
  return /\.(svc|cluster\.local|slice\.local)$/.test(host) || (kind === 'svc' && host.endsWith('.local'));
};

/** The hub's API server by its address inside the hub, which other clusters use for theirs. */
const insideAddress = async (context: StepContext, { hub, hubApiServer }: Fleet): Promise<string | undefined> => {
  const { hostname } = new URL(hubApiServer);
  const service = await unlessSilent(undefined, () => readObject(context.cluster(hub), KUBERNETES, serviceSchema));
  const addresses = service === undefined ? [] : [service.spec.clusterIP ?? '', ...service.spec.clusterIPs];
  const same = addresses.some(
    (address) => isIP(address) !== 0 && new URL(`https://${isIP(address) === 6 ? `[${address}]` : address}`).hostname === hostname,
  );
  return same ? `${hostname} is the address of Service default/kubernetes inside ${hub}` : undefined;
};
