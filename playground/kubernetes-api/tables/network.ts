import type { Fields } from '../object.ts';
import { AGE, listed, NAME, selectorText, text, wide, type Column } from './column.ts';

const portText = ({ port, nodePort, protocol = 'TCP' }: Fields): string => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`;

const externalIp = ({ spec, status }: Fields): string => {
  if (spec?.type === 'ExternalName') return spec.externalName ?? '<none>';
  const given: string[] = spec?.externalIPs ?? [];
  const ingress: Fields[] = status?.loadBalancer?.ingress ?? [];
  const all = [...ingress.map(({ ip, hostname }) => ip ?? hostname), ...given];
  return all.length === 0 && spec?.type === 'LoadBalancer' ? '<pending>' : listed(all);
};

export const SERVICE: readonly Column[] = [
  NAME,
  text('Type', ({ spec }) => spec?.type),
  text('Cluster-IP', ({ spec }) => spec?.clusterIP || '<none>'),
  text('External-IP', externalIp),
  text('Port(s)', ({ spec }) => listed((spec?.ports ?? []).map(portText))),
  AGE,
  wide(text('Selector', ({ spec }) => selectorText(spec?.selector))),
];

/** Of more addresses and ports than this the rest is only counted. */
const SHOWN = 3;

const shortened = (all: readonly string[]): string =>
  all.length === 0 ? '<none>' : `${all.slice(0, SHOWN).join(',')}${all.length > SHOWN ? ` + ${all.length - SHOWN} more...` : ''}`;

export const ENDPOINTS: readonly Column[] = [
  NAME,
  text('Endpoints', ({ subsets = [] }) =>
    shortened(
      subsets.flatMap(({ addresses = [], ports = [] }: Fields) =>
        addresses.flatMap(({ ip }: Fields) => (ports.length === 0 ? [ip] : ports.map(({ port }: Fields) => `${ip}:${port}`))),
      ),
    ),
  ),
  AGE,
];

export const ENDPOINT_SLICE: readonly Column[] = [
  NAME,
  text('AddressType', ({ addressType }) => addressType),
  text('Ports', ({ ports }) => ((ports ?? []).length === 0 ? '<unset>' : shortened(ports.map(({ port }: Fields) => String(port))))),
  text('Endpoints', ({ endpoints }) =>
    (endpoints ?? []).length === 0 ? '<unset>' : shortened(endpoints.flatMap(({ addresses }: Fields) => addresses)),
  ),
  AGE,
];

export const NETWORK_POLICY: readonly Column[] = [NAME, text('Pod-Selector', ({ spec }) => selectorText(spec?.podSelector)), AGE];
