/** A Corefile as somebody may have written it, with what is true of it. */
export interface CorefileForm {
  readonly title: string;
  readonly text: string;
  /** What slice.local is forwarded to: absent without a block for it. */
  readonly from?: string;
  /** CoreDNS does not start with it. */
  readonly broken?: true;
  /** It starts, and where its block for slice.local stands nothing can be changed without changing others. */
  readonly stuck?: true;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly defaultPort?: number;
}

export const ROOT =
  '.:53 {\n    errors\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n        pods insecure\n    }\n    forward . /etc/resolv.conf\n    cache 30\n}\n';
const OLD = '10.43.0.7';
const block = (keys = 'slice.local:53', target = OLD): string => `${keys} {\n    errors\n    cache 30\n    forward . ${target}\n}\n`;
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

export const COREFILES: readonly CorefileForm[] = [
  // Without a block for slice.local, in every form of a root block.
  { title: 'of kubeadm', text: ROOT },
  { title: 'with tabs', text: ROOT.replaceAll('    ', '\t') },
  { title: 'with carriage returns', text: crlf(ROOT) },
  { title: 'with a byte order mark', text: `\uFEFF${ROOT}` },
  { title: 'without a last end of line', text: ROOT.trimEnd() },
  { title: 'that ends with a comment and no end of line', text: `${ROOT}# the end` },
  { title: 'with empty lines and spaces at the ends of lines', text: `\n\n  ${ROOT.replaceAll('\n', '   \n\n')}` },
  { title: 'with a comment before all', text: `# ours: {\n# slice.local:53 {\n${ROOT}` },
  { title: 'with comments behind words', text: ROOT.replace('errors', 'errors # not a brace: {').replace('.:53 {', '.:53 { # the root }') },
  { title: 'with a comment inside a word', text: ROOT.replace('    cache 30', '    cache 30#seconds') },
  { title: 'with the brace on a line of its own', text: ROOT.replace('.:53 {', '.:53\n{') },
  { title: 'with the root without its port', text: ROOT.replace('.:53', '.') },
  { title: 'with the root by its scheme', text: ROOT.replace('.:53', 'dns://.:53') },
  { title: 'with quotes around the root', text: ROOT.replace('.:53', '".:53"') },
  { title: 'with quotes around words', text: ROOT.replace('cluster.local', '"cluster.local"') },
  {
    title: 'with escaped quotes',
    text: ROOT.replace('errors', 'template IN TXT example.org {\n        answer "x 60 IN TXT \\"a } b { c\\""\n    }'),
  },
  {
    title: 'with a backslash before another character in quotes',
    text: ROOT.replace('errors', 'rewrite name regex "(.*)\\.example\\.org" {1}.example.net'),
  },
  { title: 'with quoted words over two lines', text: ROOT.replace('errors', 'template IN TXT x.org {\n        answer "x 60\n IN TXT }"\n    }') },
  { title: 'with a brace in quotes', text: ROOT.replace('errors', 'log . "} {type} {name}"') },
  {
    title: 'with a block of options on one line',
    text: ROOT.replace('forward . /etc/resolv.conf', 'forward . /etc/resolv.conf { max_concurrent 1000 }'),
  },
  {
    title: 'with a brace of options on the next line',
    text: ROOT.replace('forward . /etc/resolv.conf', 'forward . /etc/resolv.conf\n    {\n        prefer_udp\n    }'),
  },
  { title: 'with several zones in one block', text: `corp.example, corp.example.net {\n    forward . 10.0.0.53\n}\n${ROOT}` },
  {
    title: 'with zones over several lines',
    text: `corp.example,\ncorp.example.net:53, # theirs\ncorp.example.org {\n    forward . 10.0.0.53\n}\n${ROOT}`,
  },
  { title: 'with the root among other zones', text: ROOT.replace('.:53', 'example.org .:53') },
  { title: 'with the root at several ports', text: ROOT.replace('.:53', '.:53 .:1053') },
  { title: 'with the root at a port of its own', text: ROOT.replace('.:53', '.:8053') },
  { title: 'with roots at two ports in two blocks', text: `${ROOT}${ROOT.replace('.:53', '.:5353')}` },
  { title: 'with a default port of the command line', text: ROOT.replace('.:53', '.'), defaultPort: 1053 },
  { title: 'with the root in DNS over TLS as well', text: `${ROOT}${ROOT.replace('.:53', 'tls://.')}` },
  {
    title: 'with targets in DNS over TLS',
    text: ROOT.replace('/etc/resolv.conf', 'tls://1.1.1.1 tls://1.0.0.1 {\n        tls_servername cloudflare-dns.com\n    }'),
  },
  { title: 'with addresses of IPv6', text: ROOT.replace('/etc/resolv.conf', 'fd00::53 [fd00::54]:5353') },
  { title: 'with the root bound to addresses', text: ROOT.replace('errors', 'bind 10.96.0.10 169.254.20.10\n    errors') },
  {
    title: 'with the root twice on two addresses',
    text: `${ROOT.replace('errors', 'bind 10.0.0.1\n    errors')}${ROOT.replace('errors', 'bind 10.0.0.2\n    errors')}`,
  },
  {
    title: 'with a view beside the root',
    text: `. {\n    view office {\n        expr incidr(client_ip(), '10.0.0.0/8')\n    }\n    forward . 10.0.0.53\n}\n${ROOT}`,
  },
  {
    title: 'with a snippet',
    text: `(common) {\n    errors\n    cache 30\n}\n${ROOT.replace('errors', 'import common').replace('    cache 30\n', '')}`,
  },
  {
    title: 'with a snippet of server blocks',
    text: `(servers) {\n    corp.example {\n        forward . 10.0.0.53\n    }\n}\nimport servers\n${ROOT}`,
  },
  {
    title: 'with an absolute import',
    text: `${ROOT}import /etc/coredns/custom/*.server\n`,
    files: { '/etc/coredns/custom/corp.server': 'corp.example {\n  forward . 10.0.0.53\n}\n' },
  },
  {
    title: 'with relative imports',
    text: `${ROOT.replace('errors', 'errors\n    import custom/*.override')}import custom/*.server`,
    files: { '/etc/coredns/custom/log.override': 'log', '/etc/coredns/custom/corp.server': 'corp.example:53 {\n  forward . 10.0.0.53\n}' },
  },
  {
    title: 'with an import that goes up',
    text: `import ../custom/*.server\n${ROOT}`,
    files: { '/etc/custom/a.server': 'a.example {\n  errors\n}\n' },
  },
  { title: 'with an import of nothing', text: `import custom/*.server\n${ROOT}` },
  { title: 'with an import of one file', text: `import zones.conf\n${ROOT}`, files: { '/etc/coredns/zones.conf': 'corp.example {\n  errors\n}' } },
  {
    title: 'with an import in an import',
    text: `import custom/*.server\n${ROOT}`,
    files: { '/etc/coredns/custom/a.server': 'import deep/*.zone\n', '/etc/coredns/custom/deep/b.zone': 'b.example {\n  errors\n}\n' },
  },
  {
    title: 'with variables',
    text: ROOT.replace('cluster.local', '{$CLUSTER_DOMAIN}').replace('/etc/resolv.conf', '{$UPSTREAM}'),
    environment: { CLUSTER_DOMAIN: 'corp.local', UPSTREAM: '10.0.0.53' },
  },
  { title: 'with the port in a variable', text: ROOT.replace('.:53', '.:{$PORT}'), environment: { PORT: '1053' } },
  { title: 'with one server that needs no braces', text: '.:53\nerrors\nforward . /etc/resolv.conf\n' },
  { title: 'with a reverse zone', text: `10.0.0.0/24 {\n    whoami\n}\n${ROOT}` },
  { title: 'with the slice’s zone in a forward of the root', text: ROOT.replace('    forward', `    forward slice.local ${OLD}\n    forward`) },
  { title: 'with the slice’s zone at another port', text: `${block('slice.local:5353')}${ROOT}` },
  { title: 'with the slice’s zone over TLS alone', text: `${block('tls://slice.local')}${ROOT}` },
  { title: 'with another zone that ends like it', text: `${block('myslice.local')}${ROOT}` },
  { title: 'that is empty', text: '' },
  { title: 'of comments alone', text: '# nothing yet\n' },
  // With a block for slice.local that others wrote.
  { title: 'with the guide’s block', text: `${block()}${ROOT}`, from: OLD },
  { title: 'with the block behind the root', text: `${ROOT}${block()}`, from: OLD },
  { title: 'with the block behind a root without its end of line', text: `${ROOT}${block()}`.trimEnd(), from: OLD },
  { title: 'with the block without its port', text: `${block('slice.local')}${ROOT}`, from: OLD },
  { title: 'with the block’s zone with a dot and a scheme', text: `${block('dns://Slice.Local.:53')}${ROOT}`, from: OLD },
  { title: 'with the block in carriage returns', text: crlf(`${block()}${ROOT}`), from: OLD },
  {
    title: 'with the block in tabs and comments',
    text: `slice.local:53 { # by hand\n\t# forward . 10.0.0.1\n\tforward\t.\t${OLD} # old\n}\n${ROOT}`,
    from: OLD,
  },
  { title: 'with quotes around the target', text: `${block('slice.local', `"${OLD}"`)}${ROOT}`, from: OLD },
  { title: 'with quotes around the zone', text: `${block('"slice.local"')}${ROOT}`, from: OLD },
  { title: 'with options of forward', text: `${block('slice.local', `${OLD} {\n        prefer_udp\n    }`)}${ROOT}`, from: OLD },
  { title: 'with options of forward on one line', text: `${block('slice.local', `${OLD} { prefer_udp }`)}${ROOT}`, from: OLD },
  { title: 'with two targets', text: `${block('slice.local', `${OLD} 10.43.0.8`)}${ROOT}`, from: `${OLD} 10.43.0.8` },
  { title: 'with a target over TLS', text: `${block('slice.local', `tls://${OLD}`)}${ROOT}`, from: `tls://${OLD}` },
  { title: 'with a target in a variable', text: `${block('slice.local', '{$OLD}')}${ROOT}`, from: OLD, environment: { OLD } },
  { title: 'with forward by the zone’s name', text: `slice.local {\n    forward slice.local. ${OLD}\n}\n${ROOT}`, from: OLD },
  { title: 'with the block among other zones', text: `corp.example, slice.local {\n    forward . 10.0.0.53\n}\n${ROOT}`, from: '10.0.0.53' },
  { title: 'with the block before other zones', text: `slice.local:53 corp.example {\n    forward . 10.0.0.53\n}\n${ROOT}`, from: '10.0.0.53' },
  {
    title: 'with the block between other zones over lines',
    text: `a.example,\nslice.local,\nb.example {\n    forward . 10.0.0.53\n}\n${ROOT}`,
    from: '10.0.0.53',
  },
  { title: 'with the block at two ports', text: `${block('slice.local:53 slice.local:1053')}${ROOT.replace('.:53', '.:53 .:1053')}`, from: OLD },
  { title: 'with a block that forwards nowhere', text: `slice.local {\n    errors\n    # forward . 10.0.0.1\n}\n${ROOT}`, from: '' },
  { title: 'with an empty block', text: `slice.local {\n}\n${ROOT}`, from: '' },
  {
    title: 'with the block in an imported file',
    text: `import custom/*.server\n${ROOT}`,
    files: { '/etc/coredns/custom/mine.server': block() },
    from: OLD,
  },
  { title: 'with the block in a snippet', text: `(mine) {\n${block()}}\nimport mine\n${ROOT}`, from: OLD },
  {
    title: 'whose forward is a snippet’s',
    text: `(up) {\n    forward . 10.0.0.53\n}\nslice.local {\n    import up\n}\ncorp.example {\n    import up\n}\n${ROOT}`,
    stuck: true,
  },
  {
    title: 'whose forward is an imported file’s',
    text: `slice.local {\n    import up.conf\n}\ncorp.example {\n    import up.conf\n}\n${ROOT}`,
    stuck: true,
    files: { '/etc/coredns/up.conf': 'forward . 10.0.0.53' },
  },
  // With which CoreDNS does not start.
  { title: 'with a block that is not closed', text: '.:53 {\n    errors\n    forward . /etc/resolv.conf\n', broken: true },
  { title: 'with options that are not closed', text: ROOT.replace('    }\n    forward', '    forward'), broken: true },
  { title: 'with a brace too many', text: `${ROOT}}\n${ROOT.replace('.:53', 'example.org')}`, broken: true },
  { title: 'with a block on one line', text: `${ROOT}corp.example { forward . 10.0.0.53 }\n`, broken: true },
  { title: 'with slice.local twice', text: `${block()}${block('slice.local')}${ROOT}`, broken: true },
  { title: 'with the root twice', text: `${ROOT}${ROOT}`, broken: true },
  {
    title: 'with the slice’s zone in two files',
    text: `${block()}import custom/*.server\n${ROOT}`,
    files: { '/etc/coredns/custom/a.server': block('slice.local.') },
    broken: true,
  },
  { title: 'with an import of a file that is not there', text: `import zones.conf\n${ROOT}`, broken: true },
  {
    title: 'with an import of two files in one line',
    text: `import a.conf b.conf\n${ROOT}`,
    broken: true,
    files: { '/etc/coredns/a.conf': '', '/etc/coredns/b.conf': '' },
  },
  {
    title: 'with an import that takes itself in',
    text: `import custom/*.server\n${ROOT}`,
    files: { '/etc/coredns/custom/a.server': 'import *.server\n' },
    broken: true,
  },
  { title: 'with a snippet twice', text: `(a) {\n    errors\n}\n(a) {\n    errors\n}\n${ROOT}`, broken: true },
  { title: 'with a snippet that is not closed', text: `${ROOT}(a) {\n    errors\n`, broken: true },
  { title: 'with a comma before the brace', text: ROOT.replace('.:53 {', '.:53, {'), broken: true },
  { title: 'that ends after a comma', text: `${ROOT}corp.example,\n`, broken: true },
  { title: 'with a quote that swallows the rest', text: ROOT.replace('cluster.local', '"cluster.local'), broken: true },
  {
    title: 'with an imported file that is not closed',
    text: `import custom/*.server\n${ROOT}`,
    files: { '/etc/coredns/custom/a.server': 'a.example {\n  errors\n' },
    broken: true,
  },
  { title: 'of another language', text: 'server:\n  port: 53\n  - forward: 1.1.1.1\n', broken: true },
];
