import { z } from 'zod';
import { isLocalHost } from '../domain/local-host.ts';
import { faultsOf, type Fault } from './faults.ts';
import { agreeAboutRedis, redisVariables } from './redis-environment.ts';
import { tracingVariables } from './tracing-environment.ts';
import { urlFault } from './values.ts';

const needed = (what: string) => z.string({ error: `is not set: ${what}` }).min(1, `is empty: ${what}`);

/** Never repeats the value: it may hold a password. */
const url = (protocol: RegExp, example: string) =>
  z
    .string({ error: `is not set: must be a URL such as ${example}` })
    .max(2_000, 'is longer than 2000 characters')
    .refine((value) => protocol.test(schemeOf(value)) && isUrl(value), `must be a URL such as ${example}`);
const schemeOf = (value: string): string => /^([a-z]+):\/\/[^/?#\s]/.exec(value)?.[1] ?? '';
const isUrl = (value: string): boolean =>
  !/[\s\\\p{C}]/u.test(value) && URL.canParse(value) && new URL(value).hostname !== '' && new URL(value).port !== '0';

const port = z
  .string()
  .refine((value) => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535, 'must be a port number, 1 to 65535')
  .transform(Number);

/** A token of Slack by its prefix; never repeats the value. */
const token = (prefix: 'xoxb-' | 'xapp-', what: string) => {
  const shape = new RegExp(`^(xoxe\\.)?${prefix}[\\w-]+$`);
  return needed(`${what} (${prefix}…)`)
    .max(1_000, 'is longer than any token of Slack')
    .refine((value) => shape.test(value), { error: ({ input }) => tokenFault(String(input), prefix, what) });
};

const tokenFault = (value: string, prefix: string, what: string): string => {
  if (/\s/.test(value)) return `holds a space or an end of line: it must be ${what} (${prefix}…) alone`;
  const other = OTHER_TOKENS.find(([start]) => value.startsWith(start));
  return other === undefined ? `must be ${what}, which begins with ${prefix}` : `holds ${other[1]}; it must be ${what}, which begins with ${prefix}`;
};

const OTHER_TOKENS: readonly (readonly [string, string])[] = [
  ['xapp-', 'an app-level token, which belongs into SLACK_APP_TOKEN'],
  ['xoxb-', 'a bot token, which belongs into SLACK_BOT_TOKEN'],
  ['xoxp-', 'the token of a user'],
  ['xoxe', 'a refresh or configuration token'],
];

const signingSecret = z
  .string()
  .min(1, 'is empty: the signing secret of the Slack app')
  .refine((value) => value.trim() === value && !/[\r\n]/.test(value), 'begins or ends with a space or an end of line')
  .refine((value) => !/^x(ox|app)/.test(value), 'holds a token; the signing secret stands under "Basic Information" of the Slack app');

const shared = {
  PGDIST_CONFIG: z.string().min(1, 'is empty: the path of pgdist.yaml').default('pgdist.yaml'),
  ...redisVariables,
  ...tracingVariables,
  PGDIST_PREFIX: z
    .string()
    .max(63, 'must have 63 characters at most')
    .regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and "-"')
    .default('pgdist'),
  SLACK_API_URL: url(/^https?$/, 'https://slack.com/api/')
    .refine((value) => urlFault(value, true) === undefined, { error: ({ input }) => urlFault(String(input), true) })
    .refine((value) => value.startsWith('https:') || (URL.canParse(value) && isLocalHost(new URL(value).hostname)), {
      error: 'must be https: tokens go there',
    })
    .default('https://slack.com/api/'),
  SLACK_BOT_TOKEN: token('xoxb-', 'the bot token of the Slack app'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'must be trace, debug, info, warn, error or silent').default('info'),
  HEALTH_PORT: port.optional(),
};

export const botEnvironment = z
  .object({
    ...shared,
    SLACK_APP_TOKEN: token('xapp-', 'the app-level token of the Slack app').optional(),
    SLACK_SIGNING_SECRET: signingSecret.optional(),
    PORT: port.default(3000),
    POD_NAMESPACE: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be the name of a namespace')
      .optional(),
  })
  .superRefine(agreeAboutRedis)
  .refine(({ SLACK_APP_TOKEN, SLACK_SIGNING_SECRET }) => SLACK_APP_TOKEN !== undefined || SLACK_SIGNING_SECRET !== undefined, {
    path: ['SLACK_APP_TOKEN'],
    error: 'is not set, nor is SLACK_SIGNING_SECRET: set the first for Socket Mode, the second for signed HTTP',
  });

export const workerEnvironment = z
  .object({ ...shared, KUBECONFIG: needed('the kubeconfig files that reach the clusters') })
  .superRefine(agreeAboutRedis);

/** For what a person runs: what is not set is left out of what it does. */
export const toolEnvironment = z
  .object({
    ...shared,
    SLACK_BOT_TOKEN: shared.SLACK_BOT_TOKEN.optional(),
    SLACK_APP_TOKEN: token('xapp-', 'the app-level token of the Slack app').optional(),
    KUBECONFIG: z.string().optional(),
  })
  .superRefine(agreeAboutRedis);

/** Parses an environment; what is wrong goes into `faults`, by name of the variable. */
export const readEnvironment = <T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv, faults: Fault[]): T | undefined => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  faults.push(...faultsOf(parsed.error, schema));
  return undefined;
};
