import { cut } from '../../domain/cut.ts';
import { subjectOfRequest } from './certificate-subject.ts';
import { BOOTSTRAP_ACCOUNT } from './join.ts';

export const SIGNER = 'kubernetes.io/kube-apiserver-client';
/** What an agent asks for, and all that the signer gives: a client certificate. */
const USAGES = ['digital signature', 'key encipherment', 'client auth'];
const CLIENT_AUTH = 'client auth';
/** Life that kube-controller-manager gives a certificate by default (--cluster-signing-duration); an agent asks for no longer one. */
const YEAR_SECONDS = 365 * 86_400;

/** Who asks, as the API server knows it from the credential, whatever the request says. */
const REQUESTER = `system:serviceaccount:${BOOTSTRAP_ACCOUNT.namespace}:${BOOTSTRAP_ACCOUNT.name}`;
const REQUESTER_GROUPS = ['system:serviceaccounts', `system:serviceaccounts:${BOOTSTRAP_ACCOUNT.namespace}`, 'system:authenticated'];

/** The common group of all agents, which older agents leave out. */
const COMMON_GROUP = 'system:open-cluster-management:managed-clusters';

/** spec of a CertificateSigningRequest. */
interface RequestSpec {
  /** PEM in base64. */
  readonly request: string;
  readonly signerName: string;
  readonly usages: readonly string[];
  readonly expirationSeconds?: number | undefined;
  readonly username: string;
  readonly groups: readonly string[];
  /** Identity of the credential with which it was made, 'JTI=…' for a token; absent on hubs before Kubernetes 1.30. */
  readonly credentialId?: string | undefined;
}

/** What a request asks for, and all that sets it apart from the one that this cluster's agent makes with its join token. */
interface Judged {
  /** Of the agent, new with each restart before acceptance; '' when the request names none. */
  readonly agent: string;
  /** One entry for each odd field, with what stands there; only a request without any may be approved. */
  readonly oddities: readonly string[];
}

/**
 * Judges as OCM's own approver does (validateCSR in its pkg/registration/register/csr: signer, one PEM block, the cluster's group and at most the
 * common one beside it, a common name under that group), and more strictly where it looks away: usages, life, requester, names and extensions beside.
 * A certificate with any other group would make its holder whatever that group may do, system:masters included.
 */
export const oddities = (spec: RequestSpec, cluster: string): Judged => {
  const group = `system:open-cluster-management:${cluster}`;
  const subject = subjectOfRequest(Buffer.from(spec.request, 'base64').toString('utf8'));
  const agent = agentNamed(subject?.commonNames ?? [], group);
  return {
    agent: agent ?? '',
    oddities: [
      ...(spec.signerName === SIGNER ? [] : [`spec.signerName is ${told(spec.signerName)}`]),
      ...unlisted('spec.usages', spec.usages, USAGES),
      ...(spec.usages.includes(CLIENT_AUTH) ? [] : [`spec.usages lacks ${CLIENT_AUTH}`]),
      ...((spec.expirationSeconds ?? 0) > YEAR_SECONDS
        ? [`spec.expirationSeconds is ${spec.expirationSeconds}, longer than a year (${YEAR_SECONDS})`]
        : []),
      ...(spec.username === REQUESTER ? [] : [`spec.username is ${told(spec.username)}, not ${REQUESTER}`]),
      ...unlisted('spec.groups', spec.groups, REQUESTER_GROUPS),
      ...(subject === undefined ? ['spec.request is not one PEM block with a certificate request'] : []),
      ...(subject !== undefined && agent === undefined ? [`its common name is ${listed(subject.commonNames)}, not ${group}:AGENT`] : []),
      ...(subject?.organizations.includes(group) === false ? [`its organisations lack ${group}`] : []),
      ...unlisted('its organisations', subject?.organizations ?? [], [group, COMMON_GROUP]),
      ...(subject?.others ?? []).map((other) => `it asks for more than names: ${other}`),
    ],
  };
};

const agentNamed = ([commonName = '', ...others]: readonly string[], group: string): string | undefined => {
  if (others.length > 0 || !commonName.startsWith(`${group}:`)) return undefined;
  const agent = commonName.slice(group.length + 1);
  return /^[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?$/.test(agent) ? agent : undefined;
};

/** What stands in a list beyond what may, and what stands there twice. */
const unlisted = (field: string, values: readonly string[], allowed: readonly string[]): string[] => {
  const odd = values.filter((value, index) => !allowed.includes(value) || values.indexOf(value) !== index);
  return odd.length === 0 ? [] : [`${field} hold ${listed(odd)}`];
};

/** Of a list without bounds, so much is told. */
const TOLD = 3;
const listed = (values: readonly string[]): string =>
  values.length === 0 ? 'empty' : values.slice(0, TOLD).map(told).join(', ') + (values.length > TOLD ? ` and ${values.length - TOLD} more` : '');

const told = (value: string): string => (value === '' ? 'empty' : cut(value, 120));
