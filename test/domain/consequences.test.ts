import { expect, test } from 'vitest';
import { consequenceOf } from '../../src/domain/consequences.ts';
import { plainText } from '../../src/domain/text.ts';

test.each([
  ['install', 'Helm release kubedb v2026.2.26', [], /helm uninstall/],
  ['change', 'Helm release kubedb v2026.2.26', ['restarts-pods'], /helm rollback/],
  ['change', 'Node worker-1', ['node-label'], /label off/],
  ['change', 'SliceConfig kubeslice-demo/demo', ['other-tenants'], /former values/],
  ['create', 'SliceConfig kubeslice-demo/demo', ['one-way'], /delete it/],
  ['change', 'ConfigMap kube-system/coredns', ['cluster-dns'], /corefile-before/],
  ['restart', 'Deployment kube-system/coredns', ['cluster-dns', 'restarts-pods'], /annotation/],
  ['create', 'ManagedClusterAddOn osaka/kubeslice', [], /worker/],
  ['change', 'ManagedCluster osaka', [], /hubAcceptsClient/],
  ['create', 'Cluster kubeslice-demo/osaka', [], /left the slice/],
] as const)('%s %s is marked, and told how to take back', (action, object, marks, undo) => {
  const consequence = consequenceOf({ action, object });
  expect(consequence?.marks).toEqual(marks);
  expect(plainText(consequence!.undo!)).toMatch(undo);
});

test('an approved certificate cannot be taken back', () => {
  expect(consequenceOf({ action: 'change', object: 'CertificateSigningRequest of osaka' })).toMatchObject({ marks: ['one-way'] });
  expect(consequenceOf({ action: 'change', object: 'CertificateSigningRequest of osaka' })?.undo).toBeUndefined();
});

test('of a change that nobody wrote down nothing is claimed', () => {
  expect(consequenceOf({ action: 'change', object: 'Widget a' })).toBeUndefined();
});
