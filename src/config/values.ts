/** Checks of single values, each with a sentence that says what to write. A pattern also stands in the JSON Schema for editors. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { isLocalHost } from '../domain/local-host.ts';
import { isTimeZone } from '../domain/quiet-hours.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** A name of a Kubernetes object (DNS-1123 label). */
export const dnsLabel = (most = 63) =>
  text(most).regex(
    new RegExp(`^${LABEL}$`),
    'must be lower-case letters, digits and "-", with a letter or digit at both ends, as Kubernetes names are',
  );

/** A name of a Kubernetes object that may have dots (DNS-1123 subdomain). */
export const dnsSubdomain = () =>
  text(253).regex(new RegExp(`^${LABEL}(\\.${LABEL})*$`), 'must be lower-case letters, digits, "-" and ".", as Kubernetes names are');

/** Text that something is called by elsewhere: no control characters, nothing that a program takes for an option. */
export const word = (most = 253) =>
  text(most).regex(/^(?![-\s])[^\p{C}]*(?<!\s)$/u, 'must be one line of text that begins neither with "-" nor with a space, and ends without one');

/** Name of a network interface on Linux. */
export const interfaceName = () => text(15).regex(/^[A-Za-z0-9][A-Za-z0-9_.:@]*$/, 'must be the name of a network interface, such as eth0');

export const version = (example: string) =>
  z
    .string({ error: quoteIt(example) })
    .max(100)
    .regex(/^v?\d+\.\d+\.\d+([-+.][-+.0-9A-Za-z]+)?$/, `must be one version in full, such as "${example}"`);

export const postgresVersion = () =>
  z
    .string({ error: quoteIt('17.2') })
    .max(63)
    .regex(new RegExp(`^${LABEL}(\\.${LABEL})*$`), 'must be the name of a PostgresVersion of KubeDB, such as "17.2"');

/** YAML reads 17.10 as the number 17.1: of one digit behind the point nobody knows what was written. */
const quoteIt = (example: string) => (issue: { readonly input?: unknown }) => {
  if (typeof issue.input !== 'number') return undefined;
  const written = String(issue.input);
  const other = /^\d+\.\d$/.test(written) ? `, or "${written}0" if that was written` : '';
  return /^[\d.]{1,20}$/.test(written) ? `is a number; quote it: "${written}"${other}` : `is a number; quote it: "${example}"`;
};

/** https, a host that others reach, and nothing that would be a secret or a question. */
export const publicUrl = () =>
  z
    .url({ protocol: /^https$/, error: 'must be an https URL, such as https://10.250.0.10:6443' })
    .max(2_000)
    .refine(...urlRule(false));

/** As publicUrl, for links that a person opens. */
export const link = () =>
  z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(2_000)
    .refine(...urlRule(true));

const urlRule = (mayBeLocal: boolean) =>
  [
    (value: string) => urlFault(value, mayBeLocal) === undefined,
    { error: ({ input }: { readonly input?: unknown }) => urlFault(String(input), mayBeLocal) },
  ] as const;

/** What is wrong with a URL beyond its scheme; never repeats it, as it may hold a password. */
export const urlFault = (value: string, mayBeLocal: boolean): string | undefined => {
  if (!URL.canParse(value) || !/^[a-z]+:\/\/[^\s\\]+$/i.test(value)) return 'must be a URL: scheme, "://", host';
  const { username, password, hostname, search, hash, port } = new URL(value);
  if (username !== '' || password !== '' || /^[a-z]+:\/\/[^/?#]*@/i.test(value)) return 'must have no user or password in front of the host';
  if (search !== '' || hash !== '' || /[?#]/.test(value)) return 'must end before any "?" or "#"';
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9]([-a-z0-9.]*[a-z0-9])?\.?)$/.test(hostname) || hostname.includes('..'))
    return 'must have the name or address of a host after "://"';
  if (port === '0') return 'must not have port 0';
  if (!mayBeLocal && isLocalHost(hostname)) return 'must have a host that others reach: this one means the machine itself to whoever uses it';
  return undefined;
};

const OCTET = '(0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])';

/** KubeSlice takes private /16 networks alone. */
export const privateSixteen = () =>
  z.string().regex(new RegExp(`^(10\\.${OCTET}|172\\.(1[6-9]|2\\d|3[01])|192\\.168)\\.0\\.0/16$`), {
    error: ({ input }) => `must be a private /16 such as 10.1.0.0/16${sixteenFault(String(input))}`,
  });

const sixteenFault = (value: string): string => {
  const parts = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.(\d{1,9})\/(\d{1,9})$/.exec(value)?.slice(1);
  if (parts === undefined) return '';
  const [a, b, c, d, length] = parts.map(Number) as [number, number, number, number, number];
  const outside = [a, b, c, d].find((octet) => octet > 255);
  if (outside !== undefined) return `; ${outside} is more than 255`;
  if (length !== 16) return `; its length is /${length}`;
  if (c !== 0 || d !== 0) return `; ${a}.${b}.0.0/16 is the network that this address is in`;
  return '; private are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16';
};

/** A reference that helm takes: never an option, never a scheme that runs or reads something else. */
export const chartReference = () =>
  word(500).refine((value) => !value.includes('://') || (/^(oci|https):\/\//.test(value) && urlFault(value, true) === undefined), {
    error: 'must be a path, or a URL with oci:// or https:// without user, password, "?" and "#"',
  });

export const image = () =>
  text(500).regex(
    /^[a-zA-Z0-9][a-zA-Z0-9._-]*(:\d{1,5}(?=\/))?(\/[a-z0-9][a-z0-9._-]*)*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'must be the reference of an image, such as docker.io/library/busybox:1.37',
  );

export const storage = () =>
  z
    .string({ error: ({ input }) => (typeof input === 'number' ? 'is a number without a unit; write a quantity such as 10Gi' : undefined) })
    .regex(/^[1-9]\d{0,6}(Ki|Mi|Gi|Ti)$/, 'must be a quantity such as 10Gi');

/** Of CPU: cores, or thousandths of one. */
export const cpu = () =>
  z
    .string({ error: ({ input }) => (typeof input === 'number' ? `is a number; quote it: "${input}"` : undefined) })
    .regex(/^([1-9]\d{0,5}m?|\d{1,4}\.\d{1,3})$/, 'must be a quantity of CPU such as "2" or 500m');

/** Name of a setting of PostgreSQL; one of an extension has a dot. */
export const parameterName = () =>
  text(63).regex(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/, 'must be the name of a parameter of PostgreSQL, in lower case, such as max_connections');

/** One line of text: it stands between quotes in a postgresql.conf. */
export const parameterValue = () =>
  z
    .string()
    .max(1_000)
    .regex(/^[^\p{C}]*$/u, 'must be one line of text');

export const slackId = (letters: string, what: string, where: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{2,20}$`), `must be the id of ${what}: ${where}`);

/** HH:MM of a day. Unquoted, some readers of YAML take 22:00 for a number. */
export const timeOfDay = () =>
  z
    .string({ error: ({ input }) => (typeof input === 'number' ? 'is a number; write hours and minutes in quotes: "22:00"' : undefined) })
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "22:00"');

/** YYYY-MM-DD of a day that there is. */
export const calendarDay = () =>
  z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a day such as 2026-12-24')
    .refine((value) => !/^\d{4}-\d\d-\d\d$/.test(value) || !isOtherDay(value), { error: 'is a day that there is not' });

/** Of a day that the calendar does not have; false for what is no date at all. */
const isOtherDay = (value: string): boolean => !Number.isNaN(Date.parse(value)) && !new Date(value).toISOString().startsWith(value);

/** A fixed distance from UTC is no time zone: in summer it would be wrong by an hour. */
export const timeZone = () =>
  text(64).refine((value) => !/^[+-]/.test(value) && isTimeZone(value), {
    error: ({ input }) => `must be the IANA name of a time zone, such as Europe/Vienna${zoneMeant(String(input))}`,
  });

const zoneMeant = (written: string): string => {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = zones.filter((zone) => zone.toLowerCase().endsWith(`/${written.toLowerCase().replaceAll(' ', '_')}`));
  const meant = city.length === 1 ? city[0] : zones.find((zone) => distance(zone, written) === 1);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
};

/** Entries that are there once. */
export const distinct = <T extends z.ZodType<string>>(entry: T, most: number) =>
  z
    .array(entry)
    .max(most)
    .superRefine((values, context) => {
      values.forEach((value, index) => {
        if (values.indexOf(value) < index) context.addIssue({ code: 'custom', path: [index], message: 'is there twice' });
      });
    });

const text = (most: number) => z.string().min(1).max(most);
