import type { Fault } from '../../playground/faults/fault.ts';

const OF_CONTROL_PLANES: readonly Fault['hop'][] = [
  'Clusters',
  'OCM hub',
  'Registration',
  'Klusterlet',
  'KubeSlice controller',
  'KubeSlice worker',
  'Tunnel',
];

/** The catalogue in two halves, so that two fleets are broken at the same time. */
export const isOfControlPlanes = ({ hop }: Fault): boolean => OF_CONTROL_PLANES.includes(hop);
