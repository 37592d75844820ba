import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { eventually } from '../../support/eventually.ts';
import { configFor, TWO_CLUSTERS } from '../../support/playground.ts';
import { freePort } from '../../../playground/control/free-port.ts';
import { callsOf } from './thread-bench.ts';
import { startWorkspace } from './workspace.ts';

let slack: FakeSlack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-bot-'));
  await writeFile(join(folder, 'pgdist.yaml'), configFor(TWO_CLUSTERS));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

/** The bot as it is, without a Redis: it needs none to meet Slack. */
const startBot = async (change: Readonly<Record<string, string>> = {}) => {
  const port = await freePort();
  const child = spawn(process.execPath, ['src/bot.ts'], {
    env: {
      PATH: process.env['PATH'],
      PGDIST_CONFIG: join(folder, 'pgdist.yaml'),
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      HEALTH_PORT: String(port),
      ...change,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = text(child.stdout);
  const complained = text(child.stderr);
  const ended = once(child, 'exit');
  return {
    child,
    /** Exit code, and what was said: as errors of the log, and on stderr. */
    async end() {
      const [code] = (await ended) as [number | null];
      const errors = (await said).split('\n').filter((line) => line.includes('"level":"error"'));
      return { code, errors, stderr: await complained };
    },
    ready: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return `${response.status} ${await response.text()}`;
    },
  };
};

describe('a bot that Slack refuses ends with 2 and one line that says what to mend', () => {
  test.each<[string, () => void, Readonly<Record<string, string>>, RegExp]>([
    ['a token that is none', () => undefined, { SLACK_BOT_TOKEN: 'xoxb-of-nobody' }, /SLACK_BOT_TOKEN \(invalid_auth\)/],
    ['a revoked token', () => slack.setTokenError('bot', 'token_revoked'), {}, /SLACK_BOT_TOKEN \(token_revoked\)/],
    ['missing scopes', () => slack.setScopes(['commands', 'chat:write']), {}, /needed is users:read,app_mentions:read, it has commands,chat:write/],
    ['a revoked app token', () => slack.setTokenError('app', 'token_revoked'), {}, /SLACK_APP_TOKEN \(token_revoked\)/],
  ])('%s', async (_, breakIt, change, line) => {
    breakIt();
    const { code, errors, stderr } = await (await startBot(change)).end();
    expect(code).toBe(2);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(line);
    expect(errors[0]).not.toMatch(/bug|stack/);
    expect(stderr).toBe('');
  });

  test('Socket Mode that is switched off while it runs', async () => {
    const bot = await startBot();
    await eventually(() => expect(slack.connections()).toBe(2));
    slack.faults.disconnect('link_disabled');
    const { code, errors } = await bot.end();
    expect(code).toBe(2);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('link_disabled');
  });
});

test('a bot to which Slack does not answer waits, says so where it is asked whether it is ready, and starts when Slack is back', async () => {
  slack.faults.always('auth.test', { kind: 'http', status: 503 });
  const bot = await startBot();
  await eventually(() => expect(callsOf(slack, 'auth.test')).toBeGreaterThan(1));
  await eventually(async () => expect(await bot.ready()).toMatch(/^503/));
  expect(bot.child.exitCode).toBeNull();
  slack.faults.clear();
  await eventually(() => expect(slack.connections()).toBe(2));
  bot.child.kill('SIGTERM');
  expect((await bot.end()).code).toBe(0);
});
