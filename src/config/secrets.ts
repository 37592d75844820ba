import { redisAddress } from '../domain/redis-address.ts';
import type { BotConfig, ToolConfig, WorkerConfig } from './index.ts';

/** The credentials that a process is started with, for the redactor. */
export const secretsOf = (config: BotConfig | WorkerConfig | ToolConfig): (string | undefined)[] => [
  config.slackBotToken,
  ...('delivery' in config ? [config.delivery.kind === 'http' ? config.delivery.signingSecret : config.delivery.appToken] : []),
  ...('slackAppToken' in config ? [config.slackAppToken] : []),
  ...passwordOf(config.redisUrl),
  config.redisAccess.sentinel?.password,
  ...(config.tracing?.headers ?? []),
];

/** As it is written in the address, and as it is meant. */
const passwordOf = (text: string): (string | undefined)[] => {
  const address = redisAddress(text);
  return [writtenPassword(text), typeof address === 'string' ? undefined : address.password];
};

/** Between the first colon and the last @ of what stands between the slashes. */
const writtenPassword = (text: string): string | undefined => {
  const [, , authority = ''] = text.split('/', 3);
  const [from, to] = [authority.indexOf(':') + 1, authority.lastIndexOf('@')];
  return from > 0 && to >= from ? authority.slice(from, to) : undefined;
};
