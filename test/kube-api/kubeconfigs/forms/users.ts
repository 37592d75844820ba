import { base64, beside, config, files, form, type Form, type Group } from '../form.ts';

const AS = { token: 'a-token', as: 'alice' };
const user = (title: string, fields: unknown, more: Omit<Form, 'title' | 'files'> = {}): Form => form(title, () => ({ user: fields }), more);
const withFile = (title: string, fields: unknown, content: string | undefined, more: Omit<Form, 'title' | 'files'> = {}): Form =>
  beside(
    title,
    () => ({ user: fields }),
    () => ({ token: content }),
    more,
  );

export const IMPERSONATION: Group = {
  heading: 'Impersonation',
  forms: [
    user('`as`', AS),
    user('`as` with `as-groups`, one of them with a comma', { ...AS, 'as-groups': ['ops', 'with, comma', 'dev'] }),
    user('`as` with `as-uid`', { ...AS, 'as-uid': '42' }),
    user('`as` with `as-user-extra`, its keys of any characters', {
      ...AS,
      'as-user-extra': { scopes: ['view', 'edit'], 'Example.org/Reason 100%': ['night shift'], ümlaut: ['x'], none: [] },
    }),
    user('`as` with letters beyond ASCII', { ...AS, as: 'jürgen@例え' }),
    user('a service account', { ...AS, as: 'system:serviceaccount:ops:deployer', 'as-groups': ['system:serviceaccounts'] }),
    user('`as` beside a password', { username: 'bob', password: 'secret', as: 'alice' }),
    user('`as-groups`, `as-user-extra` and `as-uid` that are null', { ...AS, 'as-groups': null, 'as-user-extra': null, 'as-uid': null }),
    user(
      '`as-groups` without `as`',
      { token: 'a-token', 'as-groups': ['ops'] },
      { refused: 'user admin has as-uid, as-groups or as-user-extra without as' },
    ),
    user('`as-uid` beside an empty `as`', { token: 'a-token', 'as-uid': '1', as: '' }, { refused: 'as-user-extra without as' }),
    user('`as-user-extra` without `as`', { token: 'a-token', 'as-user-extra': { a: ['b'] } }, { refused: 'as-user-extra without as' }),
    user(
      '`as-user-extra` with a text for a list',
      { ...AS, 'as-user-extra': { a: 'b' } },
      { refused: 'users.0.user.as-user-extra.a is missing or of another kind' },
    ),
    user('`as-groups` that is a text', { ...AS, 'as-groups': 'ops' }, { refused: 'users.0.user.as-groups is missing or of another kind' }),
    user(
      '`as` with an end of line',
      { ...AS, as: 'a\nImpersonate-Group: system:masters' },
      { refused: 'user admin has a value that no header can hold' },
    ),
    user('a group with an end of line', { ...AS, 'as-groups': ['a\r\nb'] }, { refused: 'has a value that no header can hold' }),
  ],
};

export const TOKENS: Group = {
  heading: 'Tokens and passwords',
  forms: [
    user('`token`', { token: 'a-token' }),
    user('`token` with spaces around it', { token: ' a-token ' }),
    user('empty strings beside a token', {
      token: 'a-token',
      tokenFile: '',
      as: '',
      'as-uid': '',
      'client-certificate': '',
      'client-certificate-data': '',
      'client-key': '',
      'client-key-data': '',
      username: '',
      password: '',
    }),
    user('fields that nobody knows', { token: 'a-token', tokenfile: '/gone', 'token-file': '/gone', colour: 'red', Token: 'x' }),
    user('`username` and `password`', { username: 'bob', password: 'p:w ü' }),
    user('`username` without `password`', { username: 'bob' }),
    withFile('`tokenFile` beside the kubeconfig', { tokenFile: 'token' }, 'from-file\n'),
    files(
      '`tokenFile` with a path: it counts from the folder of its file',
      (place) => ({ 'a/config': config(place, { user: { tokenFile: '../b/token' } }), 'b/token': ' from-file \n' }),
      { paths: ({ folder }) => `${folder}/a/config` },
    ),
    withFile('`tokenFile` beside `token`: the file counts', { tokenFile: './token', token: 'literal' }, 'from-file\n'),
    withFile('an empty `tokenFile` beside `token`: the token counts', { tokenFile: 'token', token: 'literal' }, ''),
    user('`tokenFile` that is gone beside `token`: the token counts', { token: 'literal', tokenFile: 'gone' }),
    user('`tokenFile` that is gone', { tokenFile: 'gone' }, { refused: 'tokenFile of the kubeconfig: there is no such file' }),
    withFile('`tokenFile` that is empty', { tokenFile: 'token' }, '', { refused: 'tokenFile of user admin of the kubeconfig is empty' }),
    withFile('`tokenFile` that holds an end of line alone', { tokenFile: 'token' }, '\n', {
      refused: 'tokenFile of user admin of the kubeconfig is empty',
    }),
    withFile('`tokenFile` that is a folder', { tokenFile: 'token' }, undefined, { refused: 'tokenFile of the kubeconfig: is a folder, not a file' }),
    user('`token` with an end of line', { token: 'a-token\n' }, { refused: 'user admin has a value that no header can hold' }),
    user('`token` that is a number', { token: 12345 }, { refused: 'users.0.user.token is missing or of another kind' }),
    user('`token` and `username`', { username: 'bob', password: 'p', token: 't' }, { refused: 'user admin has a token and a password: remove one' }),
    user('`token` and `password`', { password: 'p', token: 't' }, { refused: 'user admin has a token and a password: remove one' }),
    withFile('`tokenFile` and `username`', { username: 'bob', password: 'p', tokenFile: 'token' }, 'from-file', {
      refused: 'user admin of the kubeconfig has a tokenFile and a password: remove one',
    }),
  ],
};

export const NOBODY: Group = {
  heading: 'Nobody: the API server is asked anonymously, and the plan says so',
  forms: [
    form('a context whose user is missing', () => ({ context: { user: 'nobody' } }), { anonymous: true }),
    form('a context without a user', () => ({ context: { user: undefined } }), { anonymous: true }),
    form('a context whose user is empty', () => ({ context: { user: '' } }), { anonymous: true }),
    user('a user without anything', null, { anonymous: true }),
    user('a user with an empty mapping', {}, { anonymous: true }),
    user('`password` without `username`', { password: 'p' }, { anonymous: true }),
    user('`token` that is null', { token: null }, { anonymous: true }),
    user('`as` alone', { as: 'alice' }, { anonymous: true }),
  ],
};

const jwt = (claims: object): string =>
  [JSON.stringify({ alg: 'none' }), JSON.stringify(claims), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const oidc = { name: 'oidc', config: { 'client-id': 'c', 'idp-issuer-url': 'https://issuer.example', 'id-token': jwt({ exp: 4_102_444_800 }) } };

export const PROVIDERS: Group = {
  heading: 'Identity providers',
  forms: [
    user('`auth-provider: oidc` with an `id-token` that is valid', { 'auth-provider': oidc }),
    user('`auth-provider: oidc` beside `token`: the token counts', { token: 'a-token', 'auth-provider': oidc }),
    user(
      '`auth-provider: gcp`',
      { 'auth-provider': { name: 'gcp', config: {} } },
      { refused: 'this auth-provider is out of date, use a plugin (exec)' },
    ),
    user(
      '`auth-provider: azure` beside `token`',
      { token: 't', 'auth-provider': { name: 'azure', config: {} } },
      { refused: 'this auth-provider is out of date' },
    ),
    user('an `auth-provider` that nobody knows', { 'auth-provider': { name: 'x', config: {} } }, { refused: 'this auth-provider is out of date' }),
  ],
};

const pairs = (
  title: string,
  fields: Readonly<Record<string, 'client' | 'otherClient' | 'gone'>>,
  more: Omit<Form, 'title' | 'files'> & { readonly besides?: Readonly<Record<string, string>> } = {},
): Form => {
  const { besides = {}, ...rest } = more;
  return {
    title,
    files: (place) => {
      const pemOf = (key: string, of: 'client' | 'otherClient'): string => place.certificates[of][key.includes('key') ? 'keyPem' : 'certPem'];
      const entries = Object.entries(fields).map(([key, of]) => {
        if (of === 'gone') return [key, 'pki/gone'] as const;
        return [key, key.endsWith('-data') ? base64(pemOf(key, of)) : `pki/${key}`] as const;
      });
      const written = Object.entries(fields).flatMap(([key, of]) =>
        of === 'gone' || key.endsWith('-data') ? [] : [[`pki/${key}`, pemOf(key, of)] as const],
      );
      return {
        ...form(title, () => ({ user: { ...besides, ...Object.fromEntries(entries) } })).files(place),
        ...Object.fromEntries(written),
      };
    },
    ...rest,
  };
};

const DATA = { 'client-certificate-data': 'client', 'client-key-data': 'client' } as const;
const FILES = { 'client-certificate': 'client', 'client-key': 'client' } as const;
export const CERTIFICATES: Group = {
  heading: 'Client certificates',
  forms: [
    pairs('`client-certificate-data` with `client-key-data`', DATA),
    pairs('`client-certificate` with `client-key`, beside the kubeconfig', FILES),
    pairs('a certificate as file and its key as data', { 'client-certificate': 'client', 'client-key-data': 'client' }),
    pairs('a certificate beside `token`: both are shown', DATA, { besides: { token: 'a-token' } }),
    pairs('a certificate beside a password: both are shown', FILES, { besides: { username: 'u', password: 'p' } }),
    pairs('a certificate with `as`', DATA, { besides: { as: 'alice' } }),
    pairs('a key without a certificate, beside `token`', { 'client-key-data': 'client' }, { besides: { token: 'a-token' } }),
    pairs('a key that is gone without a certificate, beside `token`', { 'client-key': 'gone' }, { besides: { token: 'a-token' } }),
    pairs('a certificate without a key', { 'client-certificate-data': 'client' }, { refused: 'user admin has a client certificate without its key' }),
    pairs(
      'a certificate with the key of another',
      { 'client-certificate-data': 'client', 'client-key-data': 'otherClient' },
      {
        refused: 'client-certificate and client-key of user admin of the kubeconfig are no pair',
      },
    ),
    pairs(
      'files that are gone',
      { 'client-certificate': 'gone', 'client-key': 'gone' },
      {
        besides: { token: 'a-token' },
        refused: 'client-certificate of the kubeconfig: there is no such file',
      },
    ),
    pairs('data beside files', { ...DATA, ...FILES }, { refused: 'user admin has client-certificate-data and client-certificate: remove one' }),
    pairs(
      'data beside files that are gone',
      { ...DATA, 'client-certificate': 'gone', 'client-key': 'gone' },
      {
        refused: 'user admin has client-certificate-data and client-certificate: remove one',
      },
    ),
    pairs(
      'the key alone both as data and as file',
      { ...DATA, 'client-key': 'client' },
      { refused: 'user admin has client-key-data and client-key: remove one' },
    ),
    user(
      'data that is no certificate',
      { 'client-certificate-data': base64('rubbish'), 'client-key-data': base64('rubbish') },
      { refused: 'are no pair' },
    ),
    user(
      'data that is not base64',
      { 'client-certificate-data': '***', 'client-key-data': '***' },
      { refused: 'users.0.user.client-certificate-data is not base64' },
    ),
  ],
};
