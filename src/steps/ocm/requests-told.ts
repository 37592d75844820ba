import type { AgentRequest } from './certificate-requests.ts';
import { toldRequest } from './strange-requests.ts';

/** Of many, so many are told one by one; the newest, for the others come from agents that were restarted since. */
const TOLD = 6;

/** What became of each certificate request in the name of a spoke, newest first: evidence while its agent has no certificate. */
export const requestsTold = (requests: readonly AgentRequest[]): string[] => {
  const open = requests.filter(({ state, signed }) => state !== 'approved' || !signed).toReversed();
  return [...open.slice(0, TOLD).map(oneTold), ...(open.length > TOLD ? [`and ${open.length - TOLD} older certificate requests in its name`] : [])];
};

const oneTold = (request: AgentRequest): string => {
  const { name, createdAt, state, oddities } = request;
  const of = `CertificateSigningRequest ${name}${createdAt === '' ? '' : ` of ${createdAt}`}`;
  if (state === 'refused') return `${of} was denied or failed`;
  if (state === 'approved') return `${of} is approved and not signed`;
  return oddities.length > 0
    ? `${toldRequest(request)}; left pending`
    : `${of} is pending: it was not made with the join token that lies on the spoke, or its agent is not proven to be the spoke’s`;
};
