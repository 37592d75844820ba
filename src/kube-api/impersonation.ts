import type { Impersonation } from './kube-config-file.ts';

/** Lines of a request's headers; a name with several values stands once for each. */
export type Headers = Readonly<Record<string, string | string[]>>;

/** The headers by which a request is another user's. Once the user is named, the groups of whoever asks count for nothing. */
export const impersonationHeaders = ({ user, uid, groups, extra }: Impersonation): Headers => {
  if (user === undefined) return {};
  return {
    'impersonate-user': headerText(user),
    ...(uid === undefined ? {} : { 'impersonate-uid': headerText(uid) }),
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups.map(headerText) }),
    ...Object.fromEntries(
      Object.entries(extra)
        .filter(([, values]) => values.length > 0)
        .map(([key, values]) => [`impersonate-extra-${escaped(key)}`, values.map(headerText)]),
    ),
  };
};

/** Bytes of UTF-8, each as one character: so headers are sent. */
export const headerText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Control characters end a header. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
export const isHeaderText = (text: string): boolean => !/[\u0000-\u0008\u000A-\u001F\u007F]/.test(text);

/** Header names hold tokens (RFC 9110) alone; API servers undo `%`. */
const escaped = (key: string): string =>
  [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+.^_`|~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
