import { expect, test } from 'vitest';
import { readQuery, writeAnswer } from '../../../playground/node/dns/message.ts';
import { decodeAnswer, encodeQuestion } from '../../../src/steps/coredns/dns-message.ts';

test('a question is what another implementation reads, and its answer comes back', () => {
  const query = readQuery(encodeQuestion(4711, 'postgres-0.postgres-pods.demo.svc.slice.local'));
  expect(query).toEqual({ id: 4711, name: 'postgres-0.postgres-pods.demo.svc.slice.local', type: 1 });
  expect(decodeAnswer(writeAnswer(query, { rcode: 'NOERROR', addresses: ['10.1.0.2', '10.1.16.3'] }))).toEqual({
    id: 4711,
    rcode: 'NOERROR',
    addresses: ['10.1.0.2', '10.1.16.3'],
  });
  expect(decodeAnswer(writeAnswer(query, { rcode: 'NXDOMAIN', addresses: [] }))).toEqual({ id: 4711, rcode: 'NXDOMAIN', addresses: [] });
});

test.each(['', 'a..b', 'sp ace.local', `${'a'.repeat(64)}.local`, 'über.local', 'a.'.repeat(127)])('%j is refused as a name', (name) => {
  expect(() => encodeQuestion(1, name)).toThrow('is no DNS name');
});

test('an answer that is cut short is an error and no empty answer', () => {
  const answer = writeAnswer({ id: 1, name: 'a.slice.local', type: 1 }, { rcode: 'NOERROR', addresses: ['10.1.0.2'] });
  expect(() => decodeAnswer(answer.subarray(0, answer.length - 12))).toThrow(RangeError);
});
