import { beside, config, files, type Form, type Group, type Place } from '../form.ts';

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const COMMAND = './bin/plugin';

const prints = (answer: unknown): string => `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`;
const gives = (status: unknown, more: object = {}): string => prints({ apiVersion: V1, kind: 'ExecCredential', status, ...more });
/** Its token is what it was told. */
const TELLS = `#!/bin/sh\nprintf '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"%s"}}' "$(printf '%s' "$KUBERNETES_EXEC_INFO" | base64 -w0)"\n`;
const FAILS = '#!/bin/sh\nexit 1\n';

interface Plugin extends Omit<Form, 'title' | 'files'> {
  /** Besides command, apiVersion and interactiveMode. */
  readonly exec?: object;
  readonly script?: string | ((place: Place) => string);
  readonly user?: object;
  readonly cluster?: (place: Place) => object;
}

/** The plugin lies in a folder beside the kubeconfig, and pgdist.yaml names it. */
const plugin = (title: string, { exec = {}, script = gives({ token: 'by-plugin' }), user = {}, cluster = () => ({}), ...more }: Plugin = {}): Form =>
  beside(
    title,
    (place) => ({ cluster: cluster(place), user: { ...user, exec: { apiVersion: V1, command: COMMAND, interactiveMode: 'Never', ...exec } } }),
    (place) => ({ 'bin/plugin': typeof script === 'string' ? script : script(place) }),
    { plugins: [COMMAND], ...more },
  );

export const PLUGINS: Group = {
  heading: 'Credential plugins that `credentialPlugins` of pgdist.yaml names',
  forms: [
    plugin('a command with a path, which counts from the folder of its file'),
    plugin('a command on `PATH`', {
      exec: { command: 'plugin' },
      plugins: ['plugin'],
      environment: ({ folder }) => ({ PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` }),
    }),
    plugin('an absolute command with arguments', {
      exec: {
        command: '/bin/sh',
        args: ['-c', `printf '%s' '${JSON.stringify({ apiVersion: V1, kind: 'ExecCredential', status: { token: 'absolute' } })}'`],
      },
      plugins: ['/bin/sh'],
    }),
    plugin('variables and arguments', {
      exec: { env: [{ name: 'WHO', value: 'me' }], args: ['a b', '-c'] },
      script: `#!/bin/sh\nprintf '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"%s"}}' "$WHO-$1-$2-$#"\n`,
    }),
    plugin('`env` and `args` that are null', { exec: { env: null, args: null, installHint: 'ask around' } }),
    plugin('`v1beta1` without `interactiveMode`', {
      exec: { apiVersion: V1BETA1, interactiveMode: undefined },
      script: gives({ token: 'beta' }, { apiVersion: V1BETA1 }),
    }),
    plugin('`interactiveMode: IfAvailable`', { exec: { interactiveMode: 'IfAvailable' } }),
    plugin('a client certificate', {
      script: ({ certificates: { client } }) => gives({ clientCertificateData: client.certPem, clientKeyData: client.keyPem }),
    }),
    plugin('a client certificate and a token', {
      script: ({ certificates: { client } }) => gives({ token: 't', clientCertificateData: client.certPem, clientKeyData: client.keyPem }),
    }),
    plugin('warnings beside the answer', { script: gives({ token: 'x' }).replace('\n', '\necho "a new version is available" >&2\n') }),
    plugin('an answer in YAML', { script: `#!/bin/sh\nprintf 'apiVersion: ${V1}\\nkind: ExecCredential\\nstatus: {token: in-yaml}\\n'\n` }),
    plugin('a credential that has ended already', { script: gives({ token: 't', expirationTimestamp: '2020-01-01T00:00:00Z' }) }),
    plugin('`expirationTimestamp: null`', { script: gives({ token: 't', expirationTimestamp: null }) }),
    plugin('a plugin with `as`', { user: { as: 'alice', 'as-groups': ['ops'] } }),
    plugin('a plugin beside `token`: it does not run', { script: FAILS, user: { token: 'a-token' } }),
    plugin('a plugin beside a password: it does not run', { script: FAILS, user: { username: 'u', password: 'p' } }),
    files(
      'a plugin beside a certificate: it does not run',
      (place) => ({
        config: config(place, {
          user: { 'client-certificate': 'c', 'client-key': 'k', exec: { apiVersion: V1, command: COMMAND, interactiveMode: 'Never' } },
        }),
        c: place.certificates.client.certPem,
        k: place.certificates.client.keyPem,
        'bin/plugin': FAILS,
      }),
      { plugins: [COMMAND] },
    ),
    plugin('a plugin for a server with `http`: it does not run', {
      script: FAILS,
      cluster: ({ plainPort }) => ({ server: `http://127.0.0.1:${plainPort}` }),
    }),
    plugin('what it is told: that nobody can be asked', { script: TELLS }),
    plugin('what it is told with `provideClusterInfo`', {
      exec: { provideClusterInfo: true },
      script: TELLS,
      cluster: () => ({
        'tls-server-name': 'localhost',
        'disable-compression': true,
        extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x', deep: { count: 1 } } }],
      }),
    }),
    plugin('what it is told of a cluster without verification', {
      exec: { provideClusterInfo: true },
      script: TELLS,
      cluster: () => ({ 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true }),
    }),
    plugin('what it is told of a cluster behind a proxy, with a path', {
      exec: { provideClusterInfo: true },
      script: TELLS,
      cluster: ({ server, proxies }) => ({ server: `${server}/a/`, 'proxy-url': `http://127.0.0.1:${proxies.httpPort}` }),
    }),
    plugin('a command that pgdist.yaml does not name', {
      plugins: ['plugin'],
      refused: 'is not allowed: credentialPlugins of pgdist.yaml does not name it',
      alone: 'it would run another program',
    }),
    plugin('a variable that chooses other code', {
      exec: { env: [{ name: 'LD_PRELOAD', value: '' }] },
      refused: 'the kubeconfig sets LD_PRELOAD for it, by which other code could run',
      alone: 'it would run another program',
    }),
    plugin('`interactiveMode: Always`', { exec: { interactiveMode: 'Always' }, refused: 'it asks a person (interactiveMode: Always)' }),
    plugin('a question to whoever sits there', {
      exec: { interactiveMode: 'IfAvailable' },
      script: '#!/bin/sh\nprintf "Password: " >&2\nread answer || { echo; echo "cannot read the password" >&2; exit 1; }\n',
      refused: 'cannot read the password',
    }),
    plugin('`v1` without `interactiveMode`', { exec: { interactiveMode: undefined }, refused: 'the kubeconfig does not say its interactiveMode' }),
    plugin('another `interactiveMode`', { exec: { interactiveMode: 'never' }, refused: 'its interactiveMode is none that exists' }),
    plugin('`v1alpha1`', {
      exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
      refused: 'its apiVersion in the kubeconfig is not one of',
    }),
    plugin('no apiVersion', { exec: { apiVersion: undefined }, refused: 'its apiVersion in the kubeconfig is not one of' }),
    plugin('no command', { exec: { command: undefined }, refused: 'the kubeconfig names no command' }),
    plugin('a variable without a name', {
      exec: { env: [{ name: '', value: 'x' }] },
      refused: 'the kubeconfig sets a variable without a name for it',
    }),
    plugin('a plugin that is not there', {
      exec: { command: './gone' },
      plugins: ['./gone'],
      refused: 'there is no such file beside the kubeconfig',
    }),
    plugin('a plugin that is not on `PATH`', {
      exec: { command: 'no-such-plugin' },
      plugins: ['no-such-plugin'],
      refused: "it is not on the worker's PATH",
    }),
    plugin('a command without a path, beside the kubeconfig but not on `PATH`', {
      exec: { command: 'plugin' },
      plugins: ['plugin'],
      refused: "it is not on the worker's PATH",
    }),
    plugin('a plugin that fails', {
      script: '#!/bin/sh\necho Trace >&2\necho "the session has expired" >&2\nexit 3\n',
      refused: 'failed: the session has expired',
    }),
    plugin('a plugin that prints nothing', { script: '#!/bin/sh\nexit 0\n', refused: 'it printed no ExecCredential' }),
    plugin('a plugin that prints something else', {
      script: '#!/bin/sh\necho hello\necho "use the browser" >&2\n',
      refused: 'it printed no ExecCredential: use the browser',
    }),
    plugin('an answer of another kind', { script: gives({ token: 't' }, { kind: 'Config' }), refused: 'it printed no ExecCredential' }),
    plugin('an answer of another version', { script: gives({ token: 't' }, { apiVersion: V1BETA1 }), refused: 'it answers in another apiVersion' }),
    plugin('an answer without a version', { script: gives({ token: 't' }, { apiVersion: undefined }), refused: 'it printed no ExecCredential' }),
    plugin('an answer without `status`', { script: gives(undefined), refused: 'neither a token nor a client certificate with its key' }),
    plugin('an empty `status`', { script: gives({}), refused: 'neither a token nor a client certificate with its key' }),
    plugin('a certificate without its key', {
      script: gives({ token: 't', clientCertificateData: 'x' }),
      refused: 'only one of client certificate and key',
    }),
    plugin('a certificate with the key of another', {
      script: ({ certificates }) => gives({ clientCertificateData: certificates.client.certPem, clientKeyData: certificates.otherClient.keyPem }),
      refused: 'the client certificate and the key in its answer are no pair',
    }),
    plugin('`expirationTimestamp` that is no time', {
      script: gives({ token: 't', expirationTimestamp: 'tomorrow' }),
      refused: 'the expirationTimestamp in its answer is no time',
    }),
    plugin('a token with an end of line', { script: gives({ token: 't\n' }), refused: 'holds a character that no header can hold' }),
    plugin('a plugin beside an `auth-provider`', {
      user: { 'auth-provider': { name: 'oidc', config: {} } },
      refused: 'user admin has exec and auth-provider: remove one',
    }),
  ],
};
