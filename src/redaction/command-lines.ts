import { HIDDEN } from './hidden.ts';

/** Between a tool's name and its flag; characters. Bounded, so that no line is read more than so often. */
const BETWEEN = String.raw`\b[^\r\n|;]{0,160}?[ \t]`;
const VALUE = String.raw`["']?([^\s"']{4,})`;

/**
 * Secrets whose flag says nothing by itself: what it means depends on the tool. Each pattern ends with the one group that is hidden.
 */
const FLAGS: readonly RegExp[] = [
  `sshpass${BETWEEN}-p[ \\t]{0,4}${VALUE}`,
  `login${BETWEEN}-p[= \\t]{1,4}${VALUE}`,
  `(?:mysql|mysqldump|mysqladmin|mariadb)${BETWEEN}-p${VALUE}`,
  `redis-cli${BETWEEN}(?:-a|--pass)[= \\t]{1,4}${VALUE}`,
  `(?:curl|http|wget)${BETWEEN}(?:-u|--user|-U|--proxy-user|--auth)[= \\t]{1,4}["']?[^\\s:"']{0,128}:${VALUE}`,
  `ldap(?:search|modify|add|whoami)${BETWEEN}-w[= \\t]{1,4}${VALUE}`,
].map((pattern) => new RegExp(`(?<![\\w-])${pattern}`, 'g'));

/** The commands of Redis, as its monitor and its errors quote them. */
const REDIS_AUTH = /["']AUTH["'](?:[ \t]{1,4}["'][^"'\s]{1,128}["'])?[ \t]{1,4}["']([^"'\s]{4,})/gi;

/** host:port:database:user:password, each but the last of which may be a star; an address of IPv6 or of a network card has only hex after its colons. */
const PGPASS =
  /(?<![\w.:/-])(?:[\w.-]{1,255}|\*):(?:\d{2,5}|\*):(?:[\w.-]{1,63}|\*):(?:[\w.-]{1,63}|\*):(?![0-9a-f:.%/]{1,60}(?![^\s,;)\]]))([^\s:'"]{6,})/gi;

/** The text without the secrets that command lines and files of passwords hold in places of their own. */
export const hideInCommandLines = (text: string): string =>
  [...FLAGS, REDIS_AUTH, PGPASS].reduce(
    (rest, pattern) =>
      rest.replace(pattern, (all: string, secret: string) => (/^\$[({\w]|^<|^\(hidden/.test(secret) ? all : all.slice(0, -secret.length) + HIDDEN)),
    text,
  );
