import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLog } from '../../../src/adapters/system/log.ts';

const secret = (): string => randomBytes(16).toString('hex');

test('planted secrets of every shape do not reach the log, whatever field or error holds them', () => {
  const lines: string[] = [];
  const log = createLog({ process: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const planted = Array.from({ length: 9 }, secret);
  const [bot, app, jwt, password, pem, bearer, field, url, bootstrap] = planted as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  log.info({ said: `token xoxb-${bot} and xapp-1-${app}` }, 'hello');
  log.info({ error: new Error(`401 for eyJ${jwt}.eyJ${jwt}.${jwt}`) }, 'failed');
  log.info({ error: new Error('refused', { cause: new Error(`postgres://admin:${password}@db:5432/x`) }) }, 'failed');
  log.info({ text: `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----\n` }, 'read');
  log.info({ headers: { authorization: field }, line: `Authorization: Bearer ${bearer}` }, 'asked');
  log.child({ runId: 'r1' }).warn({ hook: `https://hooks.slack.com/commands/T0/${url}` }, 'answered');
  log.info({ line: `--hub-token ${bootstrap.slice(0, 6)}.${bootstrap.slice(6, 22)}` }, 'joined');
  const all = lines.join('');
  for (const value of planted.slice(0, 8)) expect(all).not.toContain(value);
  expect(all).not.toContain(bootstrap.slice(6, 22));
  expect(lines).toHaveLength(7);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ process: 'test' });
});
