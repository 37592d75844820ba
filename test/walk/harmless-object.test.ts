import { expect, test } from 'vitest';
import { harmlessObject } from '../../src/walk/bundle/harmless-object.ts';

const OUT = '(left out)';

test.each([
  [
    'a Secret is a name',
    { kind: 'Secret', metadata: { name: 'a', namespace: 'b' }, data: { k: 'v' } },
    { kind: 'Secret', metadata: { name: 'a' }, content: OUT },
  ],
  [
    'a Secret inside of a list, which does not say its kind, is one by its type',
    [{ metadata: { name: 'a' }, type: 'Opaque', data: { k: 'v' } }],
    [{ kind: 'Secret', metadata: { name: 'a' }, content: OUT }],
  ],
  ['a type alone makes no Secret', { type: 'Opaque', status: 'True' }, { type: 'Opaque', status: 'True' }],
  [
    'an environment keeps its names and where its values come from',
    { env: [{ name: 'A', value: 'v' }, { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }, 'odd'] },
    { env: [{ name: 'A', value: OUT }, { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }, OUT] },
  ],
  [
    'a ConfigMap keeps its keys',
    { kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } },
    { kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: OUT } },
  ],
  [
    "CoreDNS' own keeps its content",
    { kind: 'ConfigMap', metadata: { name: 'coredns' }, data: { Corefile: '.:53 {}' } },
    { kind: 'ConfigMap', metadata: { name: 'coredns' }, data: { Corefile: '.:53 {}' } },
  ],
  [
    'stringData and binaryData are keys wherever they stand',
    { spec: { stringData: { k: 'v' }, binaryData: { k: 'v' } } },
    { spec: { stringData: { k: OUT }, binaryData: { k: OUT } } },
  ],
  [
    'copies of what was applied, managed fields and authorities are gone',
    {
      metadata: { managedFields: [1], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', kept: 'yes' } },
      webhook: { caBundle: 'x', url: 'u' },
    },
    { metadata: { annotations: { kept: 'yes' } }, webhook: { url: 'u' } },
  ],
])('%s', (_, given, wanted) => {
  expect(harmlessObject(given)).toEqual(wanted);
});

test('a text without an end keeps its beginning, a list its first entries', () => {
  expect(harmlessObject('x'.repeat(30_000))).toHaveLength(20_000 + `… ${OUT}`.length);
  expect(harmlessObject(Array.from({ length: 5_000 }, () => 1))).toHaveLength(1_000);
});
