import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import { agentRequests } from '../../src/steps/ocm/certificate-requests.ts';
import { hubInitialised } from '../../src/steps/ocm/hub-initialised.ts';
import { spokeAccepted } from '../../src/steps/ocm/spoke-accepted.ts';
import { spokeJoined } from '../../src/steps/ocm/spoke-joined.ts';
import { operatorClient } from '../../playground/control/kit.ts';
import * as x509 from '../../playground/control/x509.ts';
import { testFleet } from '../support/fleet.ts';
import { ocmFleet, type OcmFleet } from '../support/ocm-fleet.ts';
import { requestOfAgent, signingRequest } from '../support/signing-request.ts';
import { becomesHealthy } from '../support/step-contract.ts';
import { eventually } from '../support/eventually.ts';

const OSAKA = 'system:open-cluster-management:osaka';
const COMMON = 'system:open-cluster-management:managed-clusters';
const CN = { CN: [`${OSAKA}:agent`] };
/** Attribute of a subject from which newer API servers take the user's uid. */
const KUBERNETES_UID = '1.3.6.1.4.1.57683.2';
const TEN_YEARS = 315_360_000;

const GOOD = {
  signerName: 'kubernetes.io/kube-apiserver-client',
  usages: ['digital signature', 'key encipherment', 'client auth'],
  username: 'system:serviceaccount:open-cluster-management:agent-registration-bootstrap',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:open-cluster-management', 'system:authenticated'],
};

/** What a request would have odd, how it is made, and words of the oddity. */
const ODD: readonly [what: string, spec: object, pem: () => Promise<string>, words: string][] = [
  [
    'the administrators of kubeadm besides',
    {},
    () => requestOfAgent('osaka', 'agent', [{ O: ['kubeadm:cluster-admins'] }]),
    'kubeadm:cluster-admins',
  ],
  ['system:masters besides', {}, () => requestOfAgent('osaka', 'agent', [{ O: ['system:masters'] }]), 'system:masters'],
  ['the group of another spoke besides', {}, () => requestOfAgent('osaka', 'agent', [{ O: ['system:open-cluster-management:kyoto'] }]), ':kyoto'],
  ['its group twice', {}, () => requestOfAgent('osaka', 'agent', [{ O: [OSAKA] }]), 'organisations hold'],
  ['only the common group', {}, () => signingRequest([{ O: [COMMON] }, CN]), `lack ${OSAKA}`],
  ['a group that begins like its own', {}, () => signingRequest([{ O: [`${OSAKA}-2`] }, CN]), `${OSAKA}-2`],
  ['no group', {}, () => signingRequest([CN]), `lack ${OSAKA}`],
  ['the name of another cluster', {}, () => signingRequest([{ O: [OSAKA] }, { CN: ['system:open-cluster-management:kyoto:agent'] }]), 'common name'],
  ['a name that begins like its own', {}, () => signingRequest([{ O: [OSAKA] }, { CN: [`${OSAKA}2:agent`] }]), 'common name'],
  ['a name without an agent', {}, () => signingRequest([{ O: [OSAKA] }, { CN: [`${OSAKA}:`] }]), 'common name'],
  ['a name of more parts', {}, () => signingRequest([{ O: [OSAKA] }, { CN: [`${OSAKA}:agent:more`] }]), 'common name'],
  ['two common names', {}, () => signingRequest([{ O: [OSAKA] }, CN, { CN: ['system:admin'] }]), 'common name'],
  ['no common name', {}, () => signingRequest([{ O: [OSAKA] }]), 'common name'],
  ['a unit besides', {}, () => signingRequest([{ O: [OSAKA] }, { OU: ['x'] }, CN]), 'subject attribute'],
  ['a user id besides', {}, () => signingRequest([{ O: [OSAKA] }, { [KUBERNETES_UID]: ['1'] }, CN]), 'subject attribute'],
  [
    'host names besides',
    {},
    () => signingRequest([{ O: [OSAKA] }, CN], [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'kubernetes.default' }])]),
    'extensions',
  ],
  [
    'a second request in the same text',
    {},
    async () => (await requestOfAgent('osaka', 'agent')) + (await requestOfAgent('kyoto', 'agent')),
    'one PEM block',
  ],
  ['words around the request', {}, async () => `x\n${await requestOfAgent('osaka', 'agent')}`, 'one PEM block'],
  ['no request', {}, async () => 'nothing', 'one PEM block'],
  ['a life of ten years', { expirationSeconds: TEN_YEARS }, () => requestOfAgent('osaka', 'agent'), 'longer than a year'],
  ['another signer', { signerName: 'kubernetes.io/kubelet-serving' }, () => requestOfAgent('osaka', 'agent'), 'spec.signerName'],
  ['a signer that begins the same', { signerName: `${GOOD.signerName}-kubelet` }, () => requestOfAgent('osaka', 'agent'), 'spec.signerName'],
  ['usages of a server', { usages: [...GOOD.usages, 'server auth'] }, () => requestOfAgent('osaka', 'agent'), 'server auth'],
  ['usages of an authority', { usages: ['client auth', 'cert sign'] }, () => requestOfAgent('osaka', 'agent'), 'cert sign'],
  ['no usage as a client', { usages: ['digital signature'] }, () => requestOfAgent('osaka', 'agent'), 'lacks client auth'],
  [
    'an administrator as requester',
    { username: 'kubernetes-admin', groups: ['system:masters'] },
    () => requestOfAgent('osaka', 'agent'),
    'kubernetes-admin',
  ],
  ['a bootstrap token as requester', { username: 'system:bootstrap:abcdef' }, () => requestOfAgent('osaka', 'agent'), 'system:bootstrap:abcdef'],
  ['a namesake of the requester', { username: `${GOOD.username}-2` }, () => requestOfAgent('osaka', 'agent'), `${GOOD.username}-2`],
  ['more groups of the requester', { groups: [...GOOD.groups, 'system:masters'] }, () => requestOfAgent('osaka', 'agent'), 'system:masters'],
  ['an accepted agent as requester', { username: `${OSAKA}:agent`, groups: [OSAKA] }, () => requestOfAgent('osaka', 'agent'), 'spec.username'],
];

const object = (spec: object, pem: string): KubeObject => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'asked', creationTimestamp: '2026-11-22T10:00:00Z', labels: { 'open-cluster-management.io/cluster-name': 'osaka' } },
  spec: { ...GOOD, ...spec, request: Buffer.from(pem).toString('base64') },
});

describe('a request in the name of a cluster', () => {
  test('as its agent makes it has nothing odd, with and without the common group', async () => {
    for (const pem of [await requestOfAgent('osaka', 'agent'), await signingRequest([{ O: [OSAKA] }, CN])])
      expect(agentRequests([object({}, pem)], 'osaka')).toMatchObject([{ agent: 'agent', state: 'pending', oddities: [] }]);
  });

  test.each(ODD)('with %s names it as odd', async (_what, spec, pem, words) => {
    const [request] = agentRequests([object(spec, await pem())], 'osaka');
    expect(request?.oddities.join('; ')).toContain(words);
    expect(request?.oddities.join('; ').length).toBeLessThan(1_000);
  });

  test('of any other shape never passes and never throws', () => {
    for (const spec of [null, 7, {}, [], { request: 7 }, { request: '%%%' }, { request: 'A'.repeat(2_000_000) }]) {
      const made = agentRequests([{ ...object({}, ''), spec }], 'osaka');
      expect(made.every(({ oddities }) => oddities.length > 0)).toBe(true);
    }
  });
});

describe('on the hub', () => {
  let world: OcmFleet;
  const osaka = testFleet.clusters[1]!;
  const accepted = spokeAccepted(testFleet, osaka);
  const hub = () => world.context.cluster('tokyo');
  const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
  const list = async () => (await hub().list(CSR)).items;
  const conditionsOf = (name: string) =>
    list().then((items) => (items.find(({ metadata }) => metadata.name === name)?.['status'] as { conditions?: unknown } | undefined)?.conditions);
  /** As whoever holds that token of the join account. */
  const ask = async (name: string, pem: string, token: string): Promise<void> => {
    const { url, caPem } = world.apis.get('tokyo')!;
    const holder = operatorClient({ name: 'tokyo', server: url, ca: caPem, token }, 'another-spoke');
    await holder.create({
      ...CSR,
      metadata: { name, labels: { 'open-cluster-management.io/cluster-name': 'osaka' } },
      spec: { request: Buffer.from(pem).toString('base64'), signerName: GOOD.signerName, usages: GOOD.usages },
    });
    await holder.close();
  };
  const stolen = () => hub().token({ namespace: 'open-cluster-management', name: 'agent-registration-bootstrap' }, 600);

  beforeAll(async () => {
    world = await ocmFleet();
    for (const step of [hubInitialised(testFleet), spokeJoined(testFleet, osaka)]) {
      await step.apply(world.context);
      await becomesHealthy(step, world.context);
    }
  });
  afterAll(() => world.close());

  test('another spoke that asks with its own join token in the name of this one is left pending, and so is one that wants more', async () => {
    await eventually(async () => expect(await list()).not.toEqual([]));
    const [own] = await list();
    await ask('impostor', await requestOfAgent('osaka', 'impostor'), await stolen());
    await ask('greedy', await requestOfAgent('osaka', 'greedy', [{ O: ['kubeadm:cluster-admins'] }]), await stolen());
    expect(await accepted.check(world.context)).toMatchObject({
      kind: 'change',
      warnings: [expect.stringContaining('2 agents'), expect.stringContaining('kubeadm:cluster-admins')],
    });
    await accepted.apply(world.context);
    expect(await conditionsOf(own?.metadata.name ?? '')).toMatchObject([{ type: 'Approved' }]);
    expect(await conditionsOf('impostor')).toBeUndefined();
    expect(await conditionsOf('greedy')).toBeUndefined();
    expect(await becomesHealthy(accepted, world.context)).toMatchObject({ healthy: true });
  });

  test('where only a strange request is there, the plan is blocked by a problem that names the odd field', async () => {
    await hub().create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'kyoto' },
      spec: { hubAcceptsClient: false },
    });
    const kyoto = { ...osaka, name: 'kyoto' };
    const pem = Buffer.from(await requestOfAgent('kyoto', 'agent', [{ O: ['system:masters'] }])).toString('base64');
    await hub().create({
      ...CSR,
      metadata: { name: 'strange', labels: { 'open-cluster-management.io/cluster-name': 'kyoto' } },
      spec: { request: pem, signerName: GOOD.signerName, usages: GOOD.usages },
    });
    expect(await spokeAccepted(testFleet, kyoto).check(world.context)).toMatchObject({
      kind: 'blocked',
      problems: [{ code: 'PGD-025', evidence: [expect.stringMatching(/^CertificateSigningRequest strange: .*system:masters/)] }],
    });
  });
});
