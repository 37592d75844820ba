import { posix } from 'node:path';

type Address =
  | {
      readonly kind: 'address';
      /** URL without a trailing slash, to which paths are appended. */
      readonly base: string;
      /** Over TLS. Otherwise no credentials are sent. */
      readonly secure: boolean;
      /** Value of Authorization for the name and password in the URL, which come before all others. */
      readonly authorization: string | undefined;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Where the server of a cluster leads, as client-go reads it: without a scheme it is http, and nothing but scheme, host and path counts. */
export const addressOf = (server: string): Address => {
  const whole = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(server) ? server : `http://${server}`;
  if (whole !== server && /\/./.test(server.replace(/[?#].*$/s, ''))) return refused('is neither a URL nor host:port');
  const [, scheme = '', authority = '', path = ''] = /^([^:]+):\/\/([^/?#]*)([^?]*)/s.exec(whole) ?? [];
  const secure = scheme.toLowerCase() === 'https';
  if (!secure && scheme.toLowerCase() !== 'http') return refused('is no http or https URL');
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\s\u0000-\u001F\u007F]/.test(authority) || !URL.canParse(`${scheme}://${authority}`)) return refused('is no URL');
  const url = new URL(`${scheme}://${authority}`);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const clean = cleanPath(path);
  if (clean === undefined) return refused('is no URL');
  return {
    kind: 'address',
    base: url.origin + clean,
    secure,
    authorization:
      username === '' && password === ''
        ? undefined
        : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
  };
};

const refused = (reason: string): Address => ({ kind: 'refused', reason });

/** Without empty and relative parts and the slash at the end. */
const cleanPath = (path: string): string | undefined => {
  try {
    const joined = posix.join('/', decodeURIComponent(path)).replace(/\/$/, '');
    return encodeURI(joined).replaceAll('?', '%3F').replaceAll('#', '%23');
  } catch {
    return undefined;
  }
};
