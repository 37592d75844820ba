import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { slackManifest } from '../../../src/adapters/slack/manifest.ts';
import { loadCommands } from '../../../src/command/registry.ts';
import { patienceMs } from '../../support/eventually.ts';

const commands = await loadCommands();

test('the manifest is made of the commands', () => {
  const { features, settings } = slackManifest({ commands });
  expect(features.slash_commands).toEqual([
    {
      command: '/pgdist',
      description: 'Deploy a distributed PostgreSQL and look after it',
      usage_hint:
        'deploy [database] [--break-glass reason...] | plan [database] | status [database] [--private] [--picture] | verify [database] | explain <run|database> | cancel <run> | reject <run> [reason...] | mute <database> <duration> [reason...] | unmute <database> | lock <database> <reason...> | unlock <database> <reason...> | pending | history [database] | notify [on|off] | runs | audit <run> | bundle <run|database> | export <run> | help [command|code]',
      should_escape: true,
    },
  ]);
  expect(settings.socket_mode_enabled).toBe(true);
  expect(features.app_home).toEqual({ home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true });
});

test('signed HTTP names one URL for commands, clicks and events', () => {
  const requestUrl = 'https://pgdist.example/slack/events';
  const manifest = slackManifest({ commands, requestUrl });
  expect(manifest.settings).toMatchObject({
    socket_mode_enabled: false,
    interactivity: { is_enabled: true, request_url: requestUrl },
    event_subscriptions: { bot_events: ['app_home_opened', 'app_mention'], request_url: requestUrl },
  });
  expect(manifest.features.slash_commands[0]).toMatchObject({ url: requestUrl });
});

test('no scope is asked for twice, none lets the bot into channels that it was not invited to', () => {
  const { bot, bot_optional: optional } = slackManifest({ commands }).oauth_config.scopes;
  expect(new Set([...bot, ...optional]).size).toBe(bot.length + optional.length);
  expect([...bot, ...optional]).not.toContain('chat:write.public');
});

test('what is printed says first that the bot has to be invited', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/print-manifest.ts'], { timeout: patienceMs() });
  expect(stdout.split('\n')[0]).toMatch(/^# Type \/invite @pgdist in every channel/);
  expect(parse(stdout)).toEqual(JSON.parse(JSON.stringify(slackManifest({ commands }))));
});
