import { deepEqual, equal, match } from 'node:assert/strict';
import { stringify as formOf } from 'node:querystring';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cardTs, openTarget, type Target } from '../fuzz/target.ts';
import { CHANNEL, HOME } from '../fuzz/people.ts';
import { eventually, patienceMs } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { postSigned } from '../support/slack-wire.ts';

let redis: TestRedis;
let target: Target;
beforeAll(async () => {
  redis = await startRedis();
  target = await openTarget(redis.url, patienceMs());
});
afterAll(async () => {
  await target.close();
  await redis.close();
});
/** Nothing of all this is a bug of pgdist, and nothing of it does anything. */
let before: string;
beforeAll(async () => void (before = (await target.digests()).all));
afterEach(async () => {
  deepEqual(target.failures, []);
  equal((await target.digests()).all, before, 'the store changed');
  match((await command({ text: 'help' })).text, /\/pgdist deploy/);
});

const stringify = (fields: Record<string, string | readonly string[] | undefined>): string =>
  formOf(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));

const FORM = 'application/x-www-form-urlencoded';
const NOT_UNDERSTOOD = 'Slack sent something pgdist does not understand; nothing was done';
const MARKER = 'planted-marker';

const post = (body: string, contentType = 'application/json', signingSecret = target.signingSecret) =>
  postSigned({ url: target.url, signingSecret, contentType, patienceMs: target.patienceMs }, body);
const alice = { user: { id: 'U0ALICE', team_id: HOME }, team: { id: HOME } };
const command = (change: Record<string, string | readonly string[] | undefined>) =>
  post(
    stringify({
      command: '/pgdist',
      text: '',
      user_id: 'U0ALICE',
      team_id: HOME,
      channel_id: CHANNEL,
      trigger_id: 't1',
      response_url: `${target.wire.apiUrl}respond`,
      ...change,
    }),
    FORM,
  );
let frames = 0;
const sendFrame = (payload: unknown, type = 'interactive'): Promise<unknown> => {
  frames += 1;
  target.wire.send(JSON.stringify({ envelope_id: `e${frames}`, type, payload }));
  return target.wire.acknowledged(`e${frames}`);
};
const whispered = (user: string): number =>
  target.wire.calls.filter(
    ({ method, fields }) => method === 'chat.postEphemeral' && fields['user'] === user && JSON.stringify(fields).includes(NOT_UNDERSTOOD),
  ).length;

const deep = (levels: number): string => `{"type":"block_actions","actions":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const click = (change: Record<string, unknown>) => ({
  type: 'block_actions',
  ...alice,
  trigger_id: 't2',
  container: { channel_id: CHANNEL, message_ts: cardTs('rwait'), thread_ts: cardTs('rwait') },
  actions: [{ action_id: 'approve', value: 'rwait' }],
  ...change,
});
const rejection = (change: Record<string, unknown>) => ({
  type: 'view_submission',
  ...alice,
  view: { id: 'V1', callback_id: 'reject', private_metadata: '{}', state: { values: {} }, ...change },
});
const mention = (event: unknown) => ({ type: 'event_callback', team_id: HOME, event_id: 'Ev1', event });

/** Objects that Slack does not send; each is to be acknowledged. */
const OBJECTS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['an empty object', {}],
  ['an unknown type', { type: 'unheard_of' }],
  ['a type that is a list', { type: [], ...alice }],
  ['a click with no actions', click({ actions: [] })],
  ['a click whose actions are null', click({ actions: null })],
  ['a click whose actions are texts', click({ actions: ['approve'] })],
  ['a click whose value is an object', click({ actions: [{ action_id: 'approve', value: {} }] })],
  ['a click without user', click({ user: undefined })],
  ['a click whose user is a list', click({ user: [alice.user] })],
  ['a click without trigger', click({ trigger_id: undefined })],
  ['a click from nowhere', click({ container: undefined })],
  ['a click whose channel is null', click({ channel: null })],
  ['a click with a user id of 100 000 characters', click({ user: { id: 'U'.repeat(100_000) } })],
  ['a click with 20 000 actions', click({ actions: Array.from({ length: 20_000 }, () => 1) })],
  ['a submission without view', { type: 'view_submission', ...alice }],
  ['a submission whose view is a text', { type: 'view_submission', ...alice, view: 'reject' }],
  ['a submission whose metadata is not JSON', rejection({ private_metadata: '{' })],
  ['a submission whose metadata is null', rejection({ private_metadata: 'null' })],
  ['a submission without state', rejection({ state: undefined })],
  ['an event that is null', mention(null)],
  ['an event that is a text', mention('app_mention')],
  ['an event that is a list', mention([])],
  ['a mention with nothing in it', mention({ type: 'app_mention' })],
  ['a mention whose text is an object', mention({ type: 'app_mention', user: 'U0ALICE', channel: CHANNEL, text: {} })],
  ['a type named __proto__', { type: '__proto__', event: { type: '__proto__' } }],
  ['options without channel', { type: 'block_suggestion', name: 'x', channel: null }],
  ['a closed view that is null', { type: 'view_closed', view: null }],
  ['a shortcut', { type: 'shortcut', callback_id: 'x', ...alice }],
];

describe('a signed request', () => {
  test.each([
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"null"'],
    ['a number', '7'],
    ['not JSON', '{'],
    ['nothing', ''],
    ['a NUL character', '\0'],
    ['100 000 levels', deep(100_000)],
    ['300 000 values', `{"actions":[${'1,'.repeat(300_000)}1]}`],
  ])('with %s is answered 400, as JSON and as the payload of a form; 401 when Slack did not sign it', async (_, body) => {
    expect((await post(body)).status).toBe(400);
    expect((await post(stringify({ payload: body }), FORM)).status).toBe(400);
    expect((await post(body, 'application/json', 'another secret')).status).toBe(401);
  });

  test('of more than a megabyte is answered 400', async () => {
    expect((await post(`{"type":"${'x'.repeat(1_100_000)}"}`)).status).toBe(400);
    expect((await post(stringify({ payload: 'x'.repeat(5_000_000) }), FORM)).status).toBe(400);
  });

  test.each(OBJECTS)('with %s is acknowledged', async (_, payload) => {
    expect((await post(JSON.stringify(payload))).status).toBe(200);
    expect((await post(stringify({ payload: JSON.stringify(payload) }), FORM)).status).toBe(200);
  });

  test.each(['text', 'user_id', 'team_id', 'channel_id', 'trigger_id', 'response_url'])(
    'for a command with two times %s is answered with a sentence',
    async (field) => {
      const { status, text } = await command({ [field]: ['a', 'b'] });
      expect([status, text]).toEqual([200, expect.stringContaining(NOT_UNDERSTOOD)]);
    },
  );

  test.each(['user_id', 'team_id', 'channel_id', 'trigger_id', 'response_url'])(
    'for a command without %s is answered with a sentence',
    async (field) => {
      const { status, text } = await command({ [field]: undefined });
      expect([status, text]).toEqual([200, expect.stringContaining(NOT_UNDERSTOOD)]);
    },
  );

  test('for a command of 100 000 characters is answered', async () => {
    expect((await command({ text: 'x'.repeat(100_000) })).text).toContain(NOT_UNDERSTOOD);
  });

  test.each(['constructor', '__proto__', 'toString', '\u202E', '`', '\0', '{user:U0BOB}'])(
    'for the command %j is answered that there is none',
    async (text) => {
      expect((await command({ text })).text).toMatch(/There is no command/);
    },
  );
});

describe('a frame over the socket', () => {
  test.each(OBJECTS)('with %s is acknowledged', async (_, payload) => {
    await expect(sendFrame(payload, payload['event'] === undefined ? 'interactive' : 'events_api')).resolves.toBeTypeOf('object');
  });

  test.each([
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('whose payload is %s is acknowledged, whatever its type', async (_, payload) => {
    for (const type of ['interactive', 'slash_commands', 'events_api', 'unheard_of'])
      await expect(sendFrame(payload, type)).resolves.toBeTypeOf('object');
  });

  test('of 100 000 levels, or of more than a megabyte, is acknowledged', async () => {
    target.wire.send(`{"envelope_id":"deep","type":"interactive","payload":${deep(100_000)}}`);
    await expect(target.wire.acknowledged('deep')).resolves.toBeTypeOf('object');
    target.wire.send(`{"envelope_id":"long","type":"interactive","payload":{"type":"${'x'.repeat(1_100_000)}"}}`);
    await expect(target.wire.acknowledged('long')).resolves.toBeTypeOf('object');
  });

  test('that has no envelope to acknowledge is passed over, and the next one is acknowledged', async () => {
    for (const frame of [
      'null',
      '[]',
      '7',
      '"x"',
      '',
      '{',
      '{}',
      '\0',
      '{"type":"interactive","payload":{}}',
      '{"type":"interactive","envelope_id":7}',
    ])
      target.wire.send(frame);
    target.wire.send(new Uint8Array([0, 255, 1]));
    await expect(sendFrame({})).resolves.toBeTypeOf('object');
  });

  test.each(['close', 'disconnected', 'connected', 'ws_message', 'slack_event', 'error', 'reconnecting', 'authenticated'])(
    'with an event named %s, as the client names its own, leaves the connection alone',
    async (type) => {
      const opened = target.wire.calls.filter(({ method }) => method === 'apps.connections.open').length;
      await sendFrame(mention({ type }), 'events_api');
      await sendFrame({}, type);
      await sendFrame({});
      expect(target.wire.calls.filter(({ method }) => method === 'apps.connections.open')).toHaveLength(opened);
    },
  );
});

describe('who typed or clicked what Slack garbled is told', () => {
  test('after a click, in private', async () => {
    const count = whispered('U0ALICE');
    const handled = target.handled();
    await sendFrame(click({ trigger_id: undefined }));
    await target.handledSince(handled);
    expect(whispered('U0ALICE')).toBe(count + 1);
  });

  test('after a mention, in private', async () => {
    const count = whispered('U0DAVE');
    const handled = target.handled();
    await sendFrame(mention({ type: 'app_mention', user: 'U0DAVE', channel: CHANNEL, text: 7 }), 'events_api');
    await target.handledSince(handled);
    expect(whispered('U0DAVE')).toBe(count + 1);
  });

  test('in the form itself', async () => {
    expect(JSON.stringify(await sendFrame(rejection({ private_metadata: '{' })))).toContain(NOT_UNDERSTOOD);
  });

  test('and one line is logged, with nothing of the payload', async () => {
    for (const payload of [
      click({ actions: [{ action_id: 'approve', value: [MARKER] }], [MARKER]: MARKER }),
      rejection({ private_metadata: `{"${MARKER}` }),
      { type: MARKER },
    ]) {
      target.warnings.length = 0;
      const handled = target.handled();
      await sendFrame(payload);
      await target.handledSince(handled);
      expect(target.warnings.filter(({ message }) => message === 'slack sent something that is not understood')).toHaveLength(1);
      expect(JSON.stringify(target.warnings)).not.toContain(MARKER);
    }
  });
});

describe('a mention', () => {
  const told = (words: string): number =>
    target.wire.calls.filter(({ method, fields }) => method === 'chat.postEphemeral' && JSON.stringify(fields).includes(words)).length;
  const wrote = (event: Record<string, unknown>) =>
    sendFrame(
      mention({ type: 'app_mention', user: 'U0ALICE', channel: CHANNEL, ts: '1.1', text: '<@U0PGDIST> deploy postgres', ...event }),
      'events_api',
    );

  test.each([
    ['of a workflow', { bot_id: 'B0FLOW' }],
    ['of a bot', { subtype: 'bot_message', bot_id: null }],
    ['that a change of a message brings', { subtype: 'message_changed' }],
    ['of a kind that is new', { subtype: 'moon_phase' }],
  ])('%s starts nothing', async (_what, event) => {
    const [planning, helped] = [told('Planning'), told('/pgdist deploy')];
    await wrote(event);
    await wrote({ text: '<@U0PGDIST> help' });
    await eventually(() => expect(told('/pgdist deploy')).toBe(helped + 1));
    expect(told('Planning')).toBe(planning);
  });

  test('that was edited starts nothing, and its writer is told', async () => {
    const before = told('this message was edited');
    await wrote({ edited: { user: 'U0ALICE', ts: '2.2' } });
    await eventually(() => expect(told('this message was edited')).toBe(before + 1));
  });
});
