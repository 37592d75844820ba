import type { Fleet } from '../../domain/fleet.ts';
import { told } from '../../domain/text.ts';
import { byTyping, type Problem } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import type { AgentRequest } from './certificate-requests.ts';

/** Of many, so many are told one by one. */
const TOLD = 5;

/** Somebody asks the hub in the name of a cluster for more, or otherwise, than its agent does: pgdist approves none of it. */
export const strangeRequests = (odd: readonly AgentRequest[], fleet: Fleet, name: string): Problem => ({
  code: 'PGD-025',
  what: told`somebody asks ${fleet.hub} in the name of ${name} for a certificate that its agent would not ask for`,
  evidence: [...odd.slice(0, TOLD).map(toldRequest), ...(odd.length > TOLD ? [`and ${odd.length - TOLD} requests more`] : [])],
  ...byTyping(
    told`Find out who made it, as whoever did holds a join token of ${fleet.hub}; deny it, then plan again. pgdist approves only what the agent of ${name} asks for with the token of its own join:`,
    ...odd.slice(0, TOLD).map((request) => kubectlOn(fleet.hub, `certificate deny ${request.name}`)),
  ),
});

/** 'CertificateSigningRequest osaka-x1: its organisations hold system:masters; spec.username is …' */
export const toldRequest = ({ name, oddities }: AgentRequest): string => `CertificateSigningRequest ${name}: ${oddities.join('; ')}`;
