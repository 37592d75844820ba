import { cut } from '../domain/cut.ts';

/** Reasons of Kubernetes that do not pass by waiting a little, unlike ContainerCreating. */
const STANDING = /BackOff|ErrImage|InvalidImageName|CreateContainer\w*Error|RunContainerError|OOMKilled|Unschedulable|License Verification Failed/;
const LONGEST = 160;

/** What is waited for, with the first of the pods' troubles that somebody should look at: a wait that names it is read before its time is over. */
export const withStandingTrouble = (waitingFor: string, troubles: readonly string[]): string => {
  const trouble = troubles.find((one) => STANDING.test(one));
  return trouble === undefined ? waitingFor : `${waitingFor}; ${cut(trouble, LONGEST + 1)}`;
};
