import { describe, expect, it } from 'vitest';
import { parseCorefile } from '../../../playground/node/dns/corefile.ts';
import { KUBEADM_COREFILE } from '../../../playground/node/seed-coredns.ts';

const PATH = '/etc/coredns/Corefile';
const parse = (text: string, more: Record<string, string> = {}) => parseCorefile(PATH, new Map([[PATH, text], ...Object.entries(more)]));

describe('parseCorefile', () => {
  it('reads server blocks with plugins, arguments and nested lines', () => {
    const [block] = parse(KUBEADM_COREFILE);
    expect(block).toMatchObject({ zone: '', port: 53 });
    expect(block?.directives.find(({ plugin }) => plugin === 'kubernetes')).toEqual({
      plugin: 'kubernetes',
      args: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'],
      block: [
        ['pods', 'insecure'],
        ['fallthrough', 'in-addr.arpa', 'ip6.arpa'],
        ['ttl', '30'],
      ],
    });
  });

  it('reads blocks from imported files, several zones in one block, and comments', () => {
    const blocks = parse('# ours\na.local b.local:5353 {\n  errors # all\n}\nimport /etc/coredns/custom/*.server\n', {
      '/etc/coredns/custom/kubeslice.server': 'slice.local:53 {\n  forward . 10.96.1.2\n}\n',
      '/etc/coredns/custom/other.override': 'log\n',
    });
    expect(blocks.map(({ zone, port }) => `${zone}:${port}`)).toEqual(['a.local:53', 'b.local:5353', 'slice.local:53']);
  });

  it.each([
    [
      'two blocks for one zone and port',
      'slice.local {\n errors\n}\nslice.local:53 {\n errors\n}\n',
      'cannot serve dns://slice.local.:53 - it is already defined',
    ],
    ['an unknown plugin', '.:53 {\n errrors\n}\n', "/etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'errrors'"],
    ['a block that is not closed', '.:53 {\n errors\n', '/etc/coredns/Corefile:2 - Error during parsing: Unexpected EOF'],
    [
      'a closing brace too many',
      '.:53 {\n errors\n}\n}\na.example {\n errors\n}\n',
      "/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'a.example'",
    ],
    ['a block on one line', '.:53 { errors }\n', "/etc/coredns/Corefile:1 - Error during parsing: Unexpected '}' because no matching opening brace"],
    ['a forward target that is no address', '.:53 {\n forward . 10.96.1\n}\n', 'plugin/forward: not an IP address or file: "10.96.1"'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
