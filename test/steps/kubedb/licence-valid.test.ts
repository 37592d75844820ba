import { expect, test } from 'vitest';
import { makeLicence } from '../../../playground/operators/kubedb/licence.ts';
import type { StepContext } from '../../../src/steps/context.ts';
import { licenceValid } from '../../../src/steps/kubedb/licence-valid.ts';
import { testFleet } from '../../support/fleet.ts';

const HUB = 'a91e0000-0000-4000-8000-000000000000';
const SPOKE = '6f0c0000-0000-4000-8000-000000000000';
const NOW = new Date('2026-03-01T12:00:00Z');
const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);

const contextWith = (licence: string): StepContext =>
  ({
    fleet: testFleet,
    clock: { now: () => NOW },
    signal: new AbortController().signal,
    licence: async () => licence,
    cluster: (name: string) => ({ name, read: async () => ({ metadata: { name: 'kube-system', uid: name === 'tokyo' ? HUB : SPOKE } }) }),
  }) as unknown as StepContext;

const find = async (licence: string) => licenceValid(testFleet).check(contextWith(licence));
const valid = { clusterUid: HUB, notBefore: days(-10), notAfter: days(60) };

test('a licence of the hub that is valid now is accepted', async () => {
  expect(await find(await makeLicence(valid))).toMatchObject({ kind: 'in-place', evidence: expect.stringContaining(days(60).toISOString()) });
});

test('a licence of a spoke is refused by name, with the UID that is needed', async () => {
  expect(await find(await makeLicence({ ...valid, clusterUid: SPOKE }))).toMatchObject({
    kind: 'blocked',
    problems: [
      {
        code: 'PGD-041',
        what: 'Licence was issued for another cluster',
        evidence: [`It names cluster \`${SPOKE}\` (that is osaka); KubeDB checks it against the hub tokyo, \`${HUB}\``, expect.any(String)],
        remedy: `Get a licence for \`${HUB}\` and put it where kubedb.licenceFile says, then plan again.`,
      },
    ],
  });
});

test.each([
  ['expired', { notBefore: days(-40), notAfter: days(-1) }, 'PGD-042', 'The KubeDB licence has expired'],
  ['from the future', { notBefore: days(1), notAfter: days(30) }, 'PGD-042', 'The KubeDB licence is not valid yet'],
  ['of another product', { features: ['stash-enterprise'] }, 'PGD-040', 'The file is a certificate, but no KubeDB licence'],
])('a licence that is %s is refused', async (_, options, code, what) => {
  expect(await find(await makeLicence({ ...valid, ...options }))).toMatchObject({ kind: 'blocked', problems: [{ code, what }] });
});

test.each([
  ['<!DOCTYPE html><html></html>', 'it is a web page: the download page was saved instead of the licence'],
  ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln', 'it is a JSON web token, not a licence'],
  ['', 'it is empty'],
  [
    '-----BEGIN CERTIFICATE-----\nbm9wZQ==\n-----END CERTIFICATE-----',
    'it is marked as a certificate but does not decode as one: it was cut or changed on the way',
  ],
])('a file that is no licence is told for what it is: %s', async (text, reason) => {
  expect(await find(text)).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-040', evidence: [reason] }] });
});

test.each([
  [0.5, 'less than a day'],
  [6.5, '6 days'],
  [13.5, '13 days'],
])('a licence that ends in %s days is accepted with a warning', async (left, words) => {
  expect(await find(await makeLicence({ ...valid, notAfter: days(left) }))).toMatchObject({
    kind: 'in-place',
    warnings: [expect.stringContaining(words)],
  });
});
