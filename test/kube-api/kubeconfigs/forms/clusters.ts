import { base64, beside, form, type Form, type Group, type Place } from '../form.ts';

type More = Omit<Form, 'title' | 'files'>;
const cluster = (title: string, fields: (place: Place) => unknown, more: More = {}): Form =>
  form(title, (place) => ({ cluster: fields(place) }), more);
const server = (title: string, address: (place: Place) => unknown, more: More = {}): Form =>
  cluster(title, (place) => ({ server: address(place) }), more);
const plain = ({ plainPort }: Place): string => `127.0.0.1:${plainPort}`;

export const ADDRESSES: Group = {
  heading: 'Addresses of servers',
  forms: [
    server('a slash at the end', (place) => `${place.server}/`),
    server('two slashes at the end', (place) => `${place.server}//`),
    server('a path', (place) => `${place.server}/k8s/clusters/c-1`),
    server('a path and a slash at the end', (place) => `${place.server}/k8s/clusters/c-1/`),
    server('a path with empty parts', (place) => `${place.server}//a//b/`),
    server('a path with dots and escapes', (place) => `${place.server}/a/../b/%41%2Fc d`),
    server('a path and a query, which is dropped', (place) => `${place.server}/a?b=c`),
    server('a query without a path, which is dropped', (place) => `${place.server}?b=c`),
    server('a name and a password in the URL, which count most', ({ port }) => `https://u:p@127.0.0.1:${port}`),
    server('upper case', ({ port }) => `HTTPS://LocalHost:${port}`),
    server('a name', ({ port }) => `https://localhost:${port}`),
    server('an IPv6 address', ({ port }) => `https://[::1]:${port}`),
    server('host and port alone: http, without credentials', plain),
    server('a name and a port alone: http, without credentials', ({ plainPort }) => `localhost:${plainPort}`),
    server('`http`: no credentials are sent', (place) => `http://${plain(place)}`),
    form('`http` and `as`: without credentials, and as that user', (place) => ({
      cluster: { server: `http://${plain(place)}` },
      user: { token: 't', as: 'alice' },
    })),
    form('`http` and files that are gone', (place) => ({
      cluster: { server: `http://${plain(place)}`, 'certificate-authority-data': base64('rubbish'), 'tls-server-name': 'x' },
      user: { tokenFile: 'gone' },
    })),
    server('host and port alone of a server with TLS', ({ port }) => `127.0.0.1:${port}`, { refused: 'connection closed' }),
    server('host, port and path without a scheme', (place) => `${plain(place)}/a`, {
      refused: 'the server of cluster tokyo is neither a URL nor host:port',
    }),
    server('another scheme', ({ port }) => `ftp://127.0.0.1:${port}`, { refused: 'the server of cluster tokyo is no http or https URL' }),
    server('spaces around the URL', (place) => ` ${place.server} `, { refused: 'the server of cluster tokyo is neither a URL nor host:port' }),
    server('no server', () => undefined, { refused: 'cluster tokyo names no server' }),
    server('an empty server', () => '', { refused: 'cluster tokyo names no server' }),
    server('a number for a server', () => 5, { refused: 'clusters.0.cluster.server is missing or of another kind' }),
    cluster('a cluster without anything', () => null, { refused: 'cluster tokyo names no server' }),
    form('a context whose cluster is missing', () => ({ context: { cluster: 'gone' } }), { refused: 'names cluster gone, which is not in it' }),
    form('a context without a cluster', () => ({ context: { cluster: undefined } }), { refused: 'context tokyo of the kubeconfig names no cluster' }),
  ],
};

const NO_DATA = { 'certificate-authority-data': undefined };
const ca = (title: string, data: (place: Place) => string, more: More = {}): Form =>
  cluster(title, (place) => ({ 'certificate-authority-data': data(place) }), more);
const caFile = (title: string, content: (place: Place) => string | undefined, more: More = {}): Form =>
  beside(
    title,
    () => ({ cluster: { ...NO_DATA, 'certificate-authority': 'pki/ca.crt' } }),
    (place) => ({ 'pki/ca.crt': content(place) }),
    more,
  );
const own = ({ certificates }: Place): string => certificates.serving.caPem;
const other = ({ certificates }: Place): string => certificates.otherCaPem;
const UNKNOWN = 'its certificate is not signed by the authority in the kubeconfig';

export const AUTHORITIES: Group = {
  heading: 'Trust in servers',
  forms: [
    caFile('`certificate-authority` beside the kubeconfig', own),
    ca('several authorities', (place) => base64(other(place) + own(place))),
    ca('an authority among words', (place) => base64(`# of tokyo\n${own(place)}\nthe end`)),
    ca('base64 in lines', (place) => base64(own(place)).replaceAll(/(.{60})/g, '$1\n')),
    cluster('`certificate-authority-data` beside an empty `certificate-authority`', () => ({ 'certificate-authority': '' })),
    beside(
      'no authority, and `SSL_CERT_FILE`',
      () => ({ cluster: NO_DATA }),
      (place) => ({ trusted: own(place) }),
      { environment: ({ folder }) => ({ SSL_CERT_FILE: `${folder}/trusted` }) },
    ),
    beside(
      'no authority, and `SSL_CERT_DIR`',
      () => ({ cluster: NO_DATA }),
      (place) => ({ 'trusted/a': own(place) }),
      { environment: ({ folder }) => ({ SSL_CERT_DIR: `/nowhere:${folder}/trusted` }) },
    ),
    cluster('`insecure-skip-tls-verify`', () => ({ ...NO_DATA, 'insecure-skip-tls-verify': true })),
    cluster('`insecure-skip-tls-verify` and an empty authority', () => ({ 'certificate-authority-data': '', 'insecure-skip-tls-verify': true })),
    cluster('`insecure-skip-tls-verify: false` and an authority', () => ({ 'insecure-skip-tls-verify': false })),
    cluster('`tls-server-name`', () => ({ 'tls-server-name': 'kubernetes.default' })),
    cluster('an empty `tls-server-name`', () => ({ 'tls-server-name': '' })),
    cluster('`tls-server-name` that is an address', ({ port }) => ({ server: `https://localhost:${port}`, 'tls-server-name': '127.0.0.1' })),
    cluster('`tls-server-name` and `insecure-skip-tls-verify`', () => ({ ...NO_DATA, 'insecure-skip-tls-verify': true, 'tls-server-name': 'x.y' })),
    cluster('`disable-compression`', () => ({ 'disable-compression': true })),
    ca('the authority of another', (place) => base64(other(place)), { refused: UNKNOWN }),
    cluster('no authority', () => NO_DATA, { refused: UNKNOWN }),
    ca('an empty `certificate-authority-data`', () => '', { refused: UNKNOWN }),
    caFile('an empty file', () => '', { refused: UNKNOWN }),
    caFile('a file that holds no certificate', () => 'x', { refused: 'certificate-authority of cluster tokyo holds no certificate' }),
    caFile('a folder', () => undefined, { refused: 'certificate-authority of the kubeconfig: is a folder, not a file' }),
    cluster('a file that is gone', () => ({ ...NO_DATA, 'certificate-authority': 'gone' }), {
      refused: 'certificate-authority of the kubeconfig: there is no such file',
    }),
    beside(
      'data beside a file',
      () => ({ cluster: { 'certificate-authority': 'ca.crt' } }),
      (place) => ({ 'ca.crt': own(place) }),
      { refused: 'cluster tokyo has certificate-authority-data and certificate-authority: remove one' },
    ),
    cluster('data beside a file that is gone', () => ({ 'certificate-authority': 'gone' }), {
      refused: 'cluster tokyo has certificate-authority-data and certificate-authority: remove one',
    }),
    ca('data that holds no certificate', () => base64('rubbish'), { refused: 'certificate-authority of cluster tokyo holds no certificate' }),
    ca('PEM that is not in base64', own, { refused: 'clusters.0.cluster.certificate-authority-data is not base64' }),
    ca(
      'base64 without its padding',
      (place) => base64(`${own(place)}\n\n`.slice(0, own(place).length + ((own(place).length + 1) % 3 === 0 ? 2 : 1))).replace(/=+$/, ''),
      {
        refused: 'clusters.0.cluster.certificate-authority-data is not base64',
      },
    ),
    cluster('`insecure-skip-tls-verify` and an authority', () => ({ 'insecure-skip-tls-verify': true }), {
      refused: 'cluster tokyo has insecure-skip-tls-verify and a certificate authority: remove one',
    }),
    cluster('`insecure-skip-tls-verify: "true"`, a text', () => ({ ...NO_DATA, 'insecure-skip-tls-verify': 'true' }), {
      refused: 'clusters.0.cluster.insecure-skip-tls-verify is missing or of another kind',
    }),
    cluster('`tls-server-name` that the certificate does not have', () => ({ 'tls-server-name': 'other.name' }), {
      refused: "does not match certificate's altnames",
    }),
    server('an address that the certificate does not have', ({ port }) => `https://127.0.0.2:${port}`, {
      refused: "does not match certificate's altnames",
    }),
  ],
};

const behind = ({ port }: Place): string => `https://p${port}.example.test`;
const http = ({ proxies }: Place, user = ''): string => `http://${user}127.0.0.1:${proxies.httpPort}`;
const socks = ({ proxies }: Place, user = ''): string => `socks5://${user}127.0.0.1:${proxies.socksPort}`;
const secure = ({ proxies }: Place): string => `https://127.0.0.1:${proxies.httpsPort}`;
const proxy = (title: string, url: (place: Place) => string, more: More & { readonly fields?: (place: Place) => object } = {}): Form => {
  const { fields = () => ({}), ...rest } = more;
  return cluster(title, (place) => ({ server: behind(place), 'proxy-url': url(place), ...fields(place) }), rest);
};
const NO_PROXY_URL = 'proxy-url of cluster tokyo is no URL of an http, https or socks5 proxy';
const environment = (
  title: string,
  variables: (place: Place) => Readonly<Record<string, string>>,
  more: More & { readonly to?: (place: Place) => string } = {},
): Form => {
  const { to = behind, ...rest } = more;
  return server(title, to, { environment: variables, ...rest });
};
const GONE = 'http://127.0.0.1:1';
const NOT_KNOWN = 'the host name is not known';

export const PROXIES: Group = {
  heading: 'Proxies',
  forms: [
    proxy('`proxy-url: http://…`', (place) => http(place)),
    proxy('`proxy-url` to a server by its address', (place) => http(place), { fields: (place) => ({ server: place.server }) }),
    proxy('`proxy-url: http://…` with a name and a password', (place) => http(place, 'us%40er:p%3Aw@')),
    proxy('`proxy-url: http://…` with a name alone', (place) => `${http(place, 'user@')}/`),
    proxy('`proxy-url: https://…`, whose certificate the cluster’s authority signed', secure, {
      fields: (place) => ({ server: `${behind(place)}:6443` }),
    }),
    proxy('`proxy-url: https://…` and `tls-server-name`', secure, { fields: () => ({ 'tls-server-name': 'kubernetes' }) }),
    proxy('`proxy-url: https://…` and `insecure-skip-tls-verify`', secure, { fields: () => ({ ...NO_DATA, 'insecure-skip-tls-verify': true }) }),
    proxy('`proxy-url: socks5://…`, which resolves the name', (place) => socks(place)),
    proxy('`proxy-url: socks5://…` with a name and a password', (place) => socks(place, 'u:p%20w@')),
    proxy('`proxy-url: socks5://…` to an IPv4 address', (place) => socks(place), { fields: (place) => ({ server: place.server }) }),
    proxy('`proxy-url: socks5://…` to an IPv6 address', (place) => socks(place), { fields: ({ port }) => ({ server: `https://[::1]:${port}` }) }),
    proxy('`proxy-url: socks5://…` and `tls-server-name`', (place) => socks(place), { fields: () => ({ 'tls-server-name': 'kubernetes' }) }),
    proxy('`proxy-url` to a server with `http`', (place) => http(place), {
      fields: ({ plainPort }) => ({ server: `http://p${plainPort}.example.test` }),
    }),
    proxy('`proxy-url: socks5://…` to a server with `http`', (place) => socks(place), {
      fields: ({ plainPort }) => ({ server: `http://p${plainPort}.example.test` }),
    }),
    proxy('an empty `proxy-url`', () => '', { fields: (place) => ({ server: place.server }) }),
    proxy('`proxy-url: socks5h://…`', (place) => socks(place).replace('socks5', 'socks5h'), { refused: NO_PROXY_URL }),
    proxy('`proxy-url` of another scheme', () => 'ftp://127.0.0.1:1', { refused: NO_PROXY_URL }),
    proxy('`proxy-url` without a scheme', (place) => http(place).replace('http://', ''), { refused: NO_PROXY_URL }),
    proxy('`proxy-url` where nothing answers', () => GONE, { refused: 'connection refused' }),
    proxy('`proxy-url: https://…` whose certificate another signed', secure, {
      fields: (place) => ({ 'certificate-authority-data': base64(other(place)) }),
      refused: UNKNOWN,
    }),
    environment('`HTTPS_PROXY`', (place) => ({ HTTPS_PROXY: http(place) })),
    environment('`https_proxy` with a name and a password', (place) => ({ https_proxy: http(place, 'u:p@') })),
    environment('`HTTPS_PROXY` before `https_proxy`', (place) => ({ HTTPS_PROXY: http(place), https_proxy: GONE })),
    environment('`HTTPS_PROXY` without a scheme', (place) => ({ HTTPS_PROXY: http(place).replace('http://', '') })),
    environment('`HTTPS_PROXY: socks5://…`', (place) => ({ HTTPS_PROXY: socks(place) })),
    environment('`HTTPS_PROXY: socks5h://…`', (place) => ({ HTTPS_PROXY: socks(place).replace('socks5', 'socks5h') })),
    environment('`HTTPS_PROXY` and a loopback address, which is asked directly', () => ({ HTTPS_PROXY: GONE }), { to: (place) => place.server }),
    environment('`HTTPS_PROXY` and `localhost`, which is asked directly', () => ({ HTTPS_PROXY: GONE }), {
      to: ({ port }) => `https://localhost:${port}`,
    }),
    environment('`HTTP_PROXY` and a server with `http`', (place) => ({ HTTP_PROXY: http(place) }), {
      to: ({ plainPort }) => `http://p${plainPort}.example.test`,
    }),
    environment('`ALL_PROXY`, which is ignored', () => ({ ALL_PROXY: GONE }), { to: (place) => place.server }),
    proxy('`proxy-url` before `HTTPS_PROXY` and `NO_PROXY`', (place) => http(place), { environment: () => ({ HTTPS_PROXY: GONE, NO_PROXY: '*' }) }),
    environment('`HTTP_PROXY` alone, which is not for https', (place) => ({ HTTP_PROXY: http(place) }), { refused: NOT_KNOWN }),
    ...['ple.test', 'example.test:6443', '10.0.0.0/8', 'other.test,[::1]:443', '.'].map((entry) =>
      environment(`\`NO_PROXY: ${entry}\`, which names another server`, (place) => ({ HTTPS_PROXY: http(place), NO_PROXY: entry })),
    ),
    ...['example.test', '.example.test', '*.example.test', '.test', 'other.test, EXAMPLE.test:443', '*'].map((entry) =>
      environment(`\`NO_PROXY: ${entry}\`: asked directly`, (place) => ({ HTTPS_PROXY: http(place), NO_PROXY: entry }), { refused: NOT_KNOWN }),
    ),
  ],
};
