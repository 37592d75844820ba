import { describe, expect, test } from 'vitest';
import { forwardedTo, importedServers, serverBlocks, withSliceForward } from '../../../src/steps/coredns/corefile.ts';

const KUBEADM = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa {
       pods insecure # not a brace: {
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    reload
}
`;
const OURS = `slice.local:53 {
    errors
    cache 30
    forward . 10.43.0.7
}
`;

describe('server blocks', () => {
  test('are found by brace depth, whatever comments and quotes hold', () => {
    const text = `# slice.local:53 {\n(common) {\n  log "}"\n}\nexample.org, example.net:5353 {\n  import common\n}\nimport /etc/coredns/custom/*.server\n${KUBEADM}`;
    expect(serverBlocks(text).map(({ keys }) => keys)).toEqual([['(common)'], ['example.org', 'example.net:5353'], ['.:53']]);
  });

  test('imports of server files count at the top level of any block text, not in comments', () => {
    expect(importedServers(`${KUBEADM}import /etc/coredns/custom/*.server\n`)).toEqual(['/etc/coredns/custom']);
    expect(importedServers(`${KUBEADM}# import /etc/coredns/custom/*.server\n`)).toEqual([]);
  });
});

describe('the block for slice.local', () => {
  test('comes first in a Corefile without one, and all else stays', () => {
    expect(withSliceForward(KUBEADM, '10.43.0.7')).toBe(`${OURS}${KUBEADM}`);
    expect(withSliceForward('', '10.43.0.7')).toBe(OURS);
  });

  test('written twice is the same as written once', () => {
    const once = withSliceForward(KUBEADM, '10.43.0.7');
    expect(withSliceForward(once, '10.43.0.7')).toBe(once);
  });

  test.each([
    ['as the guide has it', OURS],
    ['with a dot and a scheme', OURS.replace('slice.local:53', 'dns://slice.local.:53')],
    ['among other zones', OURS.replace('slice.local:53', 'corp.example, slice.local')],
    ['behind the root block', `${KUBEADM}${OURS}`],
    ['with options of forward', OURS.replace('forward . 10.43.0.7', 'forward . 10.43.0.7 {\n        prefer_udp\n    }')],
    ['with two targets', OURS.replace('10.43.0.7', '10.43.0.7 10.43.0.8')],
  ])('gets another address and no second block: %s', (_, corefile) => {
    const changed = withSliceForward(corefile, '10.43.9.9');
    expect(forwardedTo(changed)).toBe('10.43.9.9');
    expect(serverBlocks(changed)).toHaveLength(serverBlocks(corefile).length);
    expect(changed.replace('10.43.9.9', '')).toBe(corefile.replace(/10\.43\.0\.7( 10\.43\.0\.8)?/, ''));
  });

  test('that forwards nowhere is told apart from one that is missing', () => {
    expect(forwardedTo(KUBEADM)).toBeUndefined();
    expect(forwardedTo('slice.local {\n  errors\n  # forward . 10.0.0.1\n}\n')).toBe('');
  });
});
