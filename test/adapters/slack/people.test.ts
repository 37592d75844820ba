import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { interactiveClient } from '../../../src/adapters/slack/clients.ts';
import { createPeople, type SlackPeople } from '../../../src/adapters/slack/people.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { keptLog } from './workspace.ts';
import { eventually } from '../../support/eventually.ts';

/** A Slack that answers whatever the test wants: more than any stand-in of the whole would say. */
let server: Server;
let answers: Record<string, () => { status?: number; body: string }>;
let asked: string[];
let people: SlackPeople;
let aheadMs: number;

const json = (body: unknown) => (): { body: string } => ({ body: JSON.stringify(body) });
const ACCOUNT = { id: 'U1', team_id: 'T0', deleted: false, is_bot: false, is_restricted: false, is_ultra_restricted: false };
const saying = (user: unknown): void => void (answers['users.info'] = json({ ok: true, user }));

beforeAll(async () => {
  server = createServer((request, response) => {
    const method = (request.url ?? '').slice(1);
    asked.push(method);
    const { status = 200, body } = answers[method]?.() ?? { body: '{"ok":false,"error":"unknown_method"}' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());
beforeEach(async () => {
  answers = {
    'auth.test': json({ ok: true, team_id: 'T0', user_id: 'UBOT' }),
    'users.info': json({ ok: true, user: { ...ACCOUNT, id: 'UBOT', is_bot: true } }),
  };
  asked = [];
  aheadMs = 0;
  const log = keptLog();
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs };
  const slackApiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  people = createPeople({ client: interactiveClient({ token: 'xoxb-test', slackApiUrl, log }), clock, log });
  await people.start();
  asked = [];
});

const one = { userId: 'U1', teamId: 'T0' };

test('a full account of our workspace is a member', async () => {
  saying(ACCOUNT);
  expect(await people.standing(one)).toEqual({ kind: 'member' });
});

test.each([
  ['stranger', { is_stranger: true }],
  ['stranger', { team_id: 'T9' }],
  ['deactivated', { deleted: true }],
  ['bot', { is_bot: true }],
  ['bot', { is_workflow_bot: true }],
  ['bot', { is_connector_bot: true }],
  ['guest', { is_restricted: true }],
  ['guest', { is_restricted: true, is_ultra_restricted: true }],
] as const)('a %s by %j is none', async (who, changes) => {
  saying({ ...ACCOUNT, ...changes });
  expect(await people.standing(one)).toEqual({ kind: 'refused', who });
});

test('Slackbot is a bot although it says that it is none: reminders have it say whatever anybody likes', async () => {
  saying({ ...ACCOUNT, id: 'USLACKBOT' });
  expect(await people.standing({ userId: 'USLACKBOT', teamId: 'T0' })).toEqual({ kind: 'refused', who: 'bot' });
});

test.each([
  ['member', { is_app_user: false, is_email_confirmed: true, enterprise_user: { id: 'U1', enterprise_id: 'E1', teams: ['T0', 'T9'] } }],
  ['member', { is_app_user: true, has_2fa: false, is_admin: true, is_owner: true, is_stranger: false }],
  ['silent', { is_invited_user: true }],
  ['silent', { is_stranger: 'true' }],
  ['silent', { is_workflow_bot: 'yes' }],
  ['silent', { is_invited_user: 1 }],
] as const)('Slack says %s by %j beside the usual fields', async (kind, more) => {
  saying({ ...ACCOUNT, ...more });
  expect(await people.standing(one)).toEqual({ kind });
});

test.each([
  ['a stranger of a shared channel', { is_stranger: true, enterprise_user: { teams: ['T0'] } }],
  ['somebody of another organisation', { team_id: 'T9', enterprise_user: { id: 'U1', enterprise_id: 'E9', teams: ['T9', 'T8'] } }],
  ['somebody whose organisation names no workspace', { team_id: 'T9', enterprise_user: { id: 'U1', enterprise_id: 'E9' } }],
])('%s whose payload names our workspace is no member', async (_who, more) => {
  saying({ ...ACCOUNT, ...more });
  expect(await people.standing(one)).toEqual({ kind: 'refused', who: 'stranger' });
});

test('what is said of one person is believed of no other', async () => {
  saying(ACCOUNT);
  await people.standing(one);
  expect(await people.standing({ userId: 'U2', teamId: 'T0' })).toEqual({ kind: 'silent' });
  expect(await people.standing({ userId: 'U1', teamId: 'T9' })).toEqual({ kind: 'refused', who: 'stranger' });
  expect(await people.standing({ userId: 'U1', teamId: '' })).toEqual({ kind: 'refused', who: 'stranger' });
});

test('the payload alone makes a stranger, without asking Slack', async () => {
  saying(ACCOUNT);
  expect(await people.standing({ userId: 'U1', teamId: 'T9' })).toEqual({ kind: 'refused', who: 'stranger' });
  expect(asked).toEqual([]);
});

test('a deactivated account, of which Slack says no more than that, is refused as such', async () => {
  saying({ id: 'U1', team_id: 'T0', deleted: true, is_bot: false });
  expect(await people.standing(one)).toEqual({ kind: 'refused', who: 'deactivated' });
});

/** Whatever does not say in so many words that somebody is a full member says nothing. */
const NONSENSE: Readonly<Record<string, () => { status?: number; body: string }>> = {
  'no user': json({ ok: true }),
  'an empty user': json({ ok: true, user: {} }),
  'no user but null': json({ ok: true, user: null }),
  'a list of users': json({ ok: true, user: [ACCOUNT] }),
  'somebody else': json({ ok: true, user: { ...ACCOUNT, id: 'U2' } }),
  ...Object.fromEntries(
    Object.keys(ACCOUNT).flatMap((field) => [
      [`no ${field}`, json({ ok: true, user: { ...ACCOUNT, [field]: undefined } })],
      [`null as ${field}`, json({ ok: true, user: { ...ACCOUNT, [field]: null } })],
      [`7 as ${field}`, json({ ok: true, user: { ...ACCOUNT, [field]: 7 } })],
    ]),
  ),
  'no JSON': () => ({ body: '<html>' }),
  'an empty body': () => ({ body: '' }),
  'ok as a word': json({ ok: 'yes', user: {} }),
  'an error of Slack': json({ ok: false, error: 'fatal_error' }),
  'an error that is new': json({ ok: false, error: 'moon_phase' }),
  'an error without a name': json({ ok: false }),
  'a failing server': () => ({ status: 500, body: 'oops' }),
};

test.each(Object.keys(NONSENSE))('%s says nothing of a person, and is not believed afterwards', async (what) => {
  answers['users.info'] = NONSENSE[what]!;
  expect(await people.standing(one)).toEqual({ kind: 'silent' });
  saying(ACCOUNT);
  expect(await people.standing(one)).toEqual({ kind: 'member' });
});

test.each([
  ['user_not_found', { kind: 'refused', who: 'unknown' }],
  ['user_not_visible', { kind: 'refused', who: 'unknown' }],
  ['invalid_auth', { kind: 'no-right', lacks: 'invalid_auth' }],
  ['token_revoked', { kind: 'no-right', lacks: 'token_revoked' }],
])('%s is told as what it is, and not believed afterwards', async (error, standing) => {
  answers['users.info'] = json({ ok: false, error });
  expect(await people.standing(one)).toEqual(standing);
  saying(ACCOUNT);
  expect(await people.standing(one)).toEqual({ kind: 'member' });
});

test.each([
  ['users:read', 'users:read'],
  ['users:read,users:read.email', 'users:read,users:read.email'],
  ['*bold* <!channel>', 'missing_scope'],
  [undefined, 'missing_scope'],
])('of a missing scope that Slack calls %j %j is told', async (needed, lacks) => {
  answers['users.info'] = json({ ok: false, error: 'missing_scope', needed, provided: 'commands' });
  expect(await people.standing(one)).toEqual({ kind: 'no-right', lacks });
});

test('what Slack said is believed for a minute and no longer, an outage in between does not make it longer', async () => {
  saying(ACCOUNT);
  await people.standing(one);
  answers['users.info'] = NONSENSE['a failing server']!;
  aheadMs = 59_000;
  expect(await people.standing(one)).toEqual({ kind: 'member' });
  expect(asked).toHaveLength(1);
  aheadMs = 60_500;
  expect(await people.standing(one)).toEqual({ kind: 'silent' });
  saying({ ...ACCOUNT, deleted: true });
  expect(await people.standing(one)).toEqual({ kind: 'refused', who: 'deactivated' });
});

test('readiness names the scope from the start, looks again by itself, and forgets it once it is given', async () => {
  answers['users.info'] = json({ ok: false, error: 'missing_scope', needed: 'users:read' });
  await people.start();
  expect(people.faults()).toEqual([expect.stringContaining('the app lacks users:read')]);
  saying({ ...ACCOUNT, id: 'UBOT', is_bot: true });
  asked = [];
  expect(people.faults()).toHaveLength(1);
  expect(asked).toEqual([]);
  aheadMs = 11_000;
  await eventually(() => expect(people.faults()).toEqual([]));
});

test('an outage of Slack is no fault of the bot: it stays ready', async () => {
  answers['users.info'] = NONSENSE['a failing server']!;
  await people.standing(one);
  expect(people.faults()).toEqual([]);
});

test('a token that Slack refuses fails the start', async () => {
  answers['auth.test'] = json({ ok: false, error: 'invalid_auth' });
  await expect(people.start()).rejects.toThrow('invalid_auth');
});
