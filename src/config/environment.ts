import { z } from 'zod';
import { faultsOf, type Fault } from './faults.ts';

const url = (protocol: RegExp, example: string) => z.url({ protocol, error: `must be a URL such as ${example}` });
const port = z.coerce.number({ error: 'must be a port number' }).int().min(1).max(65_535);
const needed = (what: string) => z.string({ error: `is not set: ${what}` }).min(1, `is empty: ${what}`);

const shared = {
  PGDIST_CONFIG: z.string().min(1).default('pgdist.yaml'),
  REDIS_URL: url(/^rediss?$/, 'redis://127.0.0.1:6379'),
  PGDIST_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and "-"')
    .default('pgdist'),
  SLACK_API_URL: url(/^https?$/, 'https://slack.com/api/').default('https://slack.com/api/'),
  SLACK_BOT_TOKEN: needed('the token of the Slack app (xoxb-…)'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  HEALTH_PORT: port.optional(),
};

export const botEnvironment = z
  .object({ ...shared, SLACK_APP_TOKEN: z.string().min(1).optional(), SLACK_SIGNING_SECRET: z.string().min(1).optional(), PORT: port.default(3000) })
  .refine(({ SLACK_APP_TOKEN, SLACK_SIGNING_SECRET }) => SLACK_APP_TOKEN !== undefined || SLACK_SIGNING_SECRET !== undefined, {
    path: ['SLACK_APP_TOKEN'],
    error: 'is not set, nor is SLACK_SIGNING_SECRET: set the first for Socket Mode, the second for signed HTTP',
  });

export const workerEnvironment = z.object({ ...shared, KUBECONFIG: needed('the kubeconfig files that reach the clusters') });

/** Parses an environment; what is wrong goes into `faults`, by name of the variable. */
export const readEnvironment = <T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv, faults: Fault[]): T | undefined => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  faults.push(...faultsOf(parsed.error));
  return undefined;
};
