import { formatDate } from './date.ts';
import type { Inline, Names, Style } from './parts.ts';
import { unescape } from './escapes.ts';

/** What stands between < and >: a link, <@user>, <#channel>, <!subteam^…>, <!here>, <!date^…>. */
export const angleCode = (code: string, names: Names, style: Style): Inline[] => {
  const [target, label] = splitOnce(code, '|');
  const mention = (about: string, text: string): Inline[] => [{ kind: 'mention', about, text, style }];
  if (target.startsWith('@')) return mention(target.slice(1), `@${names.user(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('#')) return mention(target.slice(1), `#${names.channel(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('!subteam^'))
    return mention(target.slice(9), `@${names.usergroup(target.slice(9)) ?? label?.replace(/^@/u, '') ?? target.slice(9)}`);
  if (/^!(here|channel|everyone)$/u.test(target)) return mention(target.slice(1), `@${target.slice(1)}`);
  if (target.startsWith('!date^')) return date(target.slice(6), label, names, style);
  if (/^(https?|mailto|tel|slack):/u.test(target))
    return [{ kind: 'link', url: unescape(target), text: unescape(label ?? target.replace(/^(mailto|tel):/u, '')), style }];
  return [{ kind: 'text', text: `<${unescape(code)}>`, style }];
};

const date = (code: string, fallback: string | undefined, names: Names, style: Style): Inline[] => {
  const [unix = '', format = '', link] = code.split('^');
  const text = /^\d+$/u.test(unix) ? formatDate(Number(unix), unescape(format), names) : unescape(fallback ?? code);
  return link ? [{ kind: 'link', url: unescape(link), text, style }] : [{ kind: 'text', text, style }];
};

const splitOnce = (text: string, separator: string): [string, string | undefined] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};
