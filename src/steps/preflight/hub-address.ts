import type { Fleet } from '../../domain/fleet.ts';
import { isLocalHost } from '../../domain/local-host.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { told } from '../../domain/text.ts';

/** The configured address of the hub is one that another cluster can use. Whether it does reach the hub shows after the join, in the spoke's Klusterlet. */
export const hubAddress = (fleet: Fleet): Step =>
  gate({
    id: 'preflight/hub-address',
    title: 'the address of the hub fits other clusters',
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: [],
    async examine() {
      const fault = faultOf(fleet.hubApiServer);
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
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isLocalHost(hostname)) return `${host} means the machine itself`;
  if (host === 'kubernetes' || host.endsWith('.svc') || host.endsWith('.cluster.local')) return `${host} is known inside one cluster only`;
  return undefined;
};
