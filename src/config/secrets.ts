import type { BotConfig, WorkerConfig } from './index.ts';

/** The credentials that a process is started with, for the redactor. */
export const secretsOf = (config: BotConfig | WorkerConfig): (string | undefined)[] => [
  config.slackBotToken,
  ...('delivery' in config ? [config.delivery.kind === 'http' ? config.delivery.signingSecret : config.delivery.appToken] : []),
  ...passwordOf(config.redisUrl),
];

/** As it is written in the address, and as it is meant. */
const passwordOf = (address: string): string[] => {
  const { password } = new URL(address);
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
};
