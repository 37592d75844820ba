import { type Fault, HOPS } from '../../playground/faults/fault.ts';

/** The catalogue in two halves, so that two fleets are broken at the same time. */
export const isOfControlPlanes = ({ hop }: Fault): boolean => HOPS.indexOf(hop) < HOPS.indexOf('DNS');
