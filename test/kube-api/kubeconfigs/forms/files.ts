import { config, files, form, trusted, type Group, type Place } from '../form.ts';

const list =
  (...names: readonly string[]) =>
  ({ folder }: Place): string =>
    names.map((name) => (name === '' ? '' : `${folder}/${name}`)).join(':');
const inAFile = (place: Place): Record<string, string> => ({ b: config(place) });

export const LISTS: Group = {
  heading: 'Files and contexts',
  forms: [
    form('one file', () => ({})),
    files(
      'two files: of each thing the one of the first file that has it',
      (place) => ({
        a: config(place),
        b: config(place, { user: { token: 'second' } }),
      }),
      { paths: list('a', 'b') },
    ),
    files(
      'a thing counts as a whole: the first file that has it leaves out what the second says of it',
      (place) => ({
        a: config(place, { user: { token: 'first' } }),
        b: config(place, { user: { as: 'alice' }, cluster: { 'tls-server-name': 'kubernetes' } }),
      }),
      { paths: list('a', 'b') },
    ),
    files('files that are not there among others', inAFile, { paths: list('gone', 'b', 'gone-too') }),
    files('empty entries', inAFile, { paths: ({ folder }) => `::${folder}/b:` }),
    files('a file twice', inAFile, { paths: list('b', 'b') }),
    files('a relative path', inAFile, { paths: ({ folder }) => `${'../'.repeat(30)}${folder.slice(1)}/b` }),
    ...[
      ['an empty file', ''],
      ['a file of comments', '# nothing yet\n'],
      ['a file of `{}`', '{}\n'],
    ].map(([title = '', text]) => files(`${title} before another`, (place) => ({ a: text, b: config(place) }), { paths: list('a', 'b') })),
    files(
      'context, cluster and user in three files of three folders',
      (place) => ({
        'a/config': JSON.stringify({ contexts: [{ name: 'tokyo', context: { cluster: 'c', user: 'u' } }] }),
        'b/config': JSON.stringify({ 'current-context': 'tokyo', clusters: [{ name: 'c', cluster: trusted(place) }] }),
        'c/config': JSON.stringify({ 'current-context': 'other', users: [{ name: 'u', user: { tokenFile: 'token' } }] }),
        'c/token': 'apart',
      }),
      { paths: list('a/config', 'b/config', 'c/config') },
    ),
    files(
      'the current context of the first file that has one',
      (place) => ({
        a: config(place, { more: { 'current-context': '' } }),
        b: config(place, {
          more: {
            'current-context': 'oslo',
            contexts: [{ name: 'oslo', context: { cluster: 'tokyo', user: 'somebody' } }],
            users: [{ name: 'somebody', user: { token: 'of-oslo' } }],
          },
        }),
      }),
      { paths: list('a', 'b') },
    ),
    form('a context by its name, whatever is current', () => ({ more: { 'current-context': 'gone' } }), { context: 'tokyo' }),
    form('a context without a name', () => ({
      more: { 'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'tokyo', user: 'admin' } }, { context: {} }] },
    })),
    form('other contexts, clusters and users that would not do', () => ({
      more: {
        contexts: [{ name: 'tokyo', context: { cluster: 'tokyo', user: 'admin' } }, { name: 'a' }, { name: 'b', context: { cluster: 'gone' } }],
        users: [{ name: 'admin', user: { token: 'a-token' } }, { name: 'c', user: { 'as-uid': '2', exec: {}, tokenFile: 'gone' } }, { name: 'd' }],
      },
    })),
    form('extensions, preferences and namespaces', () => ({
      context: { namespace: 'x', extensions: [{ name: 'a', extension: { b: 1 } }] },
      cluster: { extensions: [{ name: 'a', extension: { b: 1 } }] },
      more: { preferences: { colors: true }, extensions: [{ name: 'minikube', extension: { version: 'v1' } }] },
    })),
    files('files that are all gone', () => ({}), {
      paths: list('a', 'b'),
      refused: 'the kubeconfig has no current context: 2 of the 2 files in KUBECONFIG are not there',
    }),
    files('a file that is none, behind another', (place) => ({ a: 'clusters: 3', b: config(place) }), {
      paths: list('b', 'a'),
      refused: 'clusters is missing or of another kind',
    }),
    files('a folder, behind a file', (place) => ({ a: undefined, b: config(place) }), { paths: list('b', 'a'), refused: 'is a folder, not a file' }),
    form('a context by a name that no file has', () => ({}), { context: 'gone', refused: 'the kubeconfig has no context gone' }),
    form('a current context that no file has', () => ({ more: { 'current-context': 'gone' } }), { refused: 'the kubeconfig has no context gone' }),
    form('no current context', () => ({ more: { 'current-context': null } }), { refused: 'the kubeconfig has no current context' }),
    form(
      'two users of one name in one file',
      () => ({
        more: {
          users: [
            { name: 'admin', user: { token: '1' } },
            { name: 'admin', user: { token: '2' } },
          ],
        },
      }),
      {
        refused: 'users holds admin twice',
      },
    ),
    form(
      'something of another type, though nobody uses it',
      () => ({
        more: {
          users: [
            { name: 'admin', user: {} },
            { name: 'x', user: { token: 4 } },
          ],
        },
      }),
      {
        refused: 'users.1.user.token is missing or of another kind',
      },
    ),
    form('preferences that are a text', () => ({ more: { preferences: 'x' } }), { refused: 'preferences is missing or of another kind' }),
    form('a namespace that is a number', () => ({ context: { namespace: 5 } }), {
      refused: 'contexts.0.context.namespace is missing or of another kind',
    }),
    files('another kind', (place) => ({ config: config(place).replace('kind: Config', 'kind: Secret') }), {
      refused: 'kind is missing or of another kind',
    }),
    files('another version', (place) => ({ config: config(place).replace('apiVersion: v1', 'apiVersion: v2') }), {
      refused: 'apiVersion is missing or of another kind',
    }),
  ],
};

const asJson = (place: Place, space: string | number): string =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: trusted(place) }],
      users: [{ name: 'a', user: { token: 't' } }],
    },
    null,
    space,
  );
/** The usual file with a piece of it replaced. */
const changed = (title: string, piece: string, by: string, more: Parameters<typeof files>[2] & { readonly first?: string } = {}) => {
  const { first = '', ...rest } = more;
  return files(title, (place) => ({ config: first + config(place, SKIPPING).replace(piece, by) }), rest);
};
const SKIPPING = { cluster: { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true } };
const TOKEN = '      token: a-token';
const SAFER = 'what could be read in two ways is refused';

export const SYNTAX: Group = {
  heading: 'YAML',
  forms: [
    files('JSON', (place) => ({ config: asJson(place, 2) })),
    files('JSON on one line', (place) => ({ config: asJson(place, 0) })),
    files('line ends of Windows', (place) => ({ config: config(place).replaceAll('\n', '\r\n') })),
    files('a byte order mark', (place) => ({ config: `\uFEFF${config(place)}` })),
    changed('neither apiVersion nor kind', 'apiVersion: v1\nkind: Config\n', ''),
    changed('a line `---` at the beginning', '', '', { first: '---\n' }),
    files('a line `---` at the end', (place) => ({ config: `${config(place)}---\n` })),
    files('a line `...` at the end', (place) => ({ config: `${config(place)}...\n` })),
    files('anchors and aliases', (place) => ({
      config: config(place).replace('cluster: tokyo\n', 'cluster: &t tokyo\n').replace('- name: tokyo\n    cluster:\n', '- name: *t\n    cluster:\n'),
    })),
    changed('an anchor at a key, and an alias for a key', TOKEN, '      *k : a-token', { first: 'x: {&k token: 1}\n' }),
    changed('an anchor at a key, and an alias for a value', TOKEN, '      token: *k', { first: 'x: {&k token: 1}\n' }),
    changed('a merge key', TOKEN, '      <<: *m\n      as: bob', { first: 'x: &m {token: merged, as: eve}\n' }),
    changed('a merge key behind what it replaces', TOKEN, `${TOKEN}\n      <<: *m`, { first: 'x: &m {token: merged}\n' }),
    changed('a merge key with a list', TOKEN, '      <<: [*m, *n]', { first: 'x: [&m {token: merged}, &n {token: no, as: eve}]\n' }),
    changed('the tag of a text', 'a-token', '!!str 123'),
    changed('a folded text', 'token: a-token', 'token: >-\n        a-token\n'),
    changed('`insecure-skip-tls-verify: yes`', 'verify: true', 'verify: yes'),
    changed('`insecure-skip-tls-verify: On`', 'verify: true', 'verify: On'),
    changed('`insecure-skip-tls-verify: no`', 'verify: true', 'verify: no', {
      refused: 'its certificate is not signed by the authority in the kubeconfig',
    }),
    changed('`insecure-skip-tls-verify: "yes"`', 'verify: true', 'verify: "yes"', {
      refused: 'insecure-skip-tls-verify is missing or of another kind',
    }),
    ...['yes', 'Off', 'y', '1_000', '0123', '1e3', '12'].map((word) =>
      changed(`\`token: ${word}\`, which is no text in YAML 1.1`, 'a-token', word, { refused: 'users.0.user.token is missing or of another kind' }),
    ),
    ...['2026-01-01', '12:30:45', '0o17x', 'nope'].map((word) => changed(`\`token: ${word}\`, a text`, 'a-token', word)),
    files('tabs between the parts of JSON', (place) => ({ config: asJson(place, '\t') })),
    changed('a NUL character', 'a-token', 'a\0token', { refused: 'holds the control character U+0000' }),
    changed('an alias of nothing', 'a-token', '*nothing', { refused: '*nothing refers to nothing' }),
    changed('a key twice', TOKEN, `      token: first\n${TOKEN}`, { refused: 'users.0.user.token is there twice', alone: SAFER }),
    files('a second document', (place) => ({ config: `${config(place)}---\na: b\n` }), { refused: 'begins a second document', alone: SAFER }),
    changed('`%YAML 1.1`', '', '', { first: '%YAML 1.1\n---\n', refused: 'begins with `%`, a directive that is not taken', alone: SAFER }),
    changed('a tag of its own', 'a-token', '!mine 123', { refused: 'has a tag that is not known here', alone: SAFER }),
    changed('the tag of bytes', 'a-token', '!!binary YS10b2tlbg==', { refused: 'which is not known here; remove it', alone: SAFER }),
    changed('a key that is a number', '', '', { first: '1: x\n', refused: 'has the key 1, a number: put it in quotes', alone: SAFER }),
  ],
};
