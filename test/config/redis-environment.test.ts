import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { botEnvironment, readEnvironment, workerEnvironment } from '../../src/config/environment.ts';
import { faultText, type Fault } from '../../src/config/faults.ts';
import { redisAccessOf } from '../../src/config/redis-environment.ts';
import { secretsOf } from '../../src/config/secrets.ts';

const base = { SLACK_BOT_TOKEN: `xoxb-${randomUUID()}`, SLACK_APP_TOKEN: `xapp-${randomUUID()}`, KUBECONFIG: 'kubeconfig' };
const faultsOf = (schema: typeof botEnvironment | typeof workerEnvironment, env: Record<string, string>): string[] => {
  const faults: Fault[] = [];
  readEnvironment<unknown>(schema, { ...base, ...env }, faults);
  return faults.map(faultText);
};

test.each([
  [{ REDIS_URL: 'redis://a', REDIS_CA_FILE: '/ca.pem' }, ['REDIS_CA_FILE: is set, but REDIS_URL does not begin with rediss']],
  [{ REDIS_URL: 'rediss://a', REDIS_CERT_FILE: '/c.pem' }, ['REDIS_CERT_FILE: is set without REDIS_KEY_FILE']],
  [{ REDIS_URL: 'rediss://a', REDIS_KEY_FILE: '/k.pem' }, ['REDIS_KEY_FILE: is set without REDIS_CERT_FILE']],
  [
    { REDIS_URL: 'redis://a', REDIS_SENTINEL_PASSWORD: 'pw' },
    ['REDIS_SENTINEL_PASSWORD: is set, but REDIS_URL does not begin with redis+sentinel://'],
  ],
  [{ REDIS_URL: 'redis+sentinel://a/m', REDIS_SENTINEL_USERNAME: 'bot' }, ['REDIS_SENTINEL_USERNAME: is set without REDIS_SENTINEL_PASSWORD']],
  [{ REDIS_URL: 'rediss://a', REDIS_TLS_SERVER_NAME: '' }, ['REDIS_TLS_SERVER_NAME: is empty: the name in the certificate of Redis']],
  [{ REDIS_URL: 'rediss+sentinel://a/m', REDIS_CA_FILE: '/ca.pem', REDIS_SENTINEL_PASSWORD: 'pw' }, []],
])('%j: settings that would do nothing, or only half, are refused in both processes', (env, faults) => {
  for (const schema of [botEnvironment, workerEnvironment]) expect(faultsOf(schema, env)).toEqual(faults);
});

test('the passwords of Redis and of its Sentinels are secrets, as they are written and as they are meant', () => {
  const [own, sentinel] = [`a/${randomUUID()}`, randomUUID()];
  const config = {
    slackBotToken: base.SLACK_BOT_TOKEN,
    redisUrl: `redis+sentinel://bot:${encodeURIComponent(own)}@a,b/main`,
    redisAccess: redisAccessOf({ REDIS_SENTINEL_PASSWORD: sentinel }),
  };
  expect(secretsOf(config as Parameters<typeof secretsOf>[0])).toEqual(expect.arrayContaining([own, encodeURIComponent(own), sentinel]));
});
