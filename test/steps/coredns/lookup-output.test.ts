import { expect, test } from 'vitest';
import { lookupIn, nameserversIn } from '../../../src/steps/coredns/lookup-output.ts';

test.each<[string, string, string]>([
  [
    'BusyBox that is refused',
    "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find a.svc.slice.local: NXDOMAIN\n\n",
    'refused NXDOMAIN',
  ],
  ['BusyBox whose server fails', "** server can't find a.svc.slice.local: SERVFAIL\n", 'refused SERVFAIL'],
  [
    'BusyBox that gets an empty answer',
    "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n*** Can't find a.svc.slice.local: No answer\n\n",
    'answered NOERROR',
  ],
  [
    'BusyBox that gets an address',
    'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\ta.svc.slice.local\nAddress: 10.1.0.4\n',
    'answered NOERROR',
  ],
  ['BusyBox that nobody answers', ';; connection timed out; no servers could be reached\n', 'refused no answer in time'],
  [
    'BIND that is refused',
    "Server:\t\t169.254.20.10\nAddress:\t169.254.20.10#53\n\n** server can't find a.svc.slice.local: NXDOMAIN\n",
    'refused NXDOMAIN',
  ],
  [
    'BIND that gets an empty answer',
    "Server:\t\t10.0.0.10\nAddress:\t10.0.0.10#53\n\n*** Can't find a.svc.slice.local: No answer\n",
    'answered NOERROR',
  ],
  ['BIND that nobody answers', ';; no servers could be reached\n', 'refused no answer in time'],
  ['BIND that may not ask', "** server can't find a.svc.slice.local: REFUSED\n", 'refused REFUSED'],
  ['nothing', '', 'unknown no tool of its image asked DNS'],
  ['another program', 'usage: nslookup [HOST]\n', 'unknown no tool of its image asked DNS'],
])('the answer of %s is read', (_, output, expected) => {
  const { kind, told } = lookupIn(output);
  expect(`${kind} ${told}`).toBe(expected);
});

test.each<[string, string, readonly string[]]>([
  ['of a pod', 'search demo.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n', ['10.96.0.10']],
  ['with several', 'nameserver 169.254.20.10\nnameserver 10.96.0.10\n', ['169.254.20.10', '10.96.0.10']],
  ['of IPv6', 'nameserver fd00:10:96::a\nnameserver fe80::1%eth0\n', ['fd00:10:96::a', 'fe80::1%eth0']],
  ['with comments, tabs and carriage returns', '# nameserver 1.1.1.1\n\tnameserver\t10.0.0.2\r\n', ['10.0.0.2']],
  ['that names no address', 'nameserver dns.example\nnameserver\n', []],
  ['that is empty', '', []],
])('the resolvers of a resolv.conf %s are read', (_, text, expected) => {
  expect(nameserversIn(text)).toEqual(expected);
});
