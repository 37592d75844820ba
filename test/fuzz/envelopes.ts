import { stringify } from 'node:querystring';
import { postSigned } from '../support/slack-wire.ts';
import type { Dice } from './dice.ts';
import { jsonOf, mutateText, mutateValue } from './mutate.ts';
import type { Input, Part } from './part.ts';
import { KINDS, payloadOf, whoOf, type Kind } from './payloads.ts';
import { CHANNEL, ENTITLED, HOME, OUTSIDERS, type Rights } from './people.ts';
import { underRules } from './store-rules.ts';
import type { Target } from './target.ts';

/** Three times what is taken. */
const MOST_CHARACTERS = 3_000_000;
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** Signed requests as Slack makes them, and unlike Slack makes them. */
export const requests = (target: Target): Part => ({
  name: 'http',
  make: (dice) => {
    const { kind, payload } = made(dice);
    const asForm = kind === 'command' || kind === 'block_actions' || kind === 'view_submission' || (kind === 'other' && dice.chance(0.5));
    const isFields = kind === 'command' && typeof payload === 'object' && payload !== null;
    const body = !asForm ? jsonOf(payload) : isFields ? stringify(fieldsOf(payload)) : stringify({ payload: jsonOf(payload) });
    const text = (dice.chance(0.15) ? mutateText(dice, body) : body).slice(0, MOST_CHARACTERS);
    const contentType = dice.chance(0.93) ? (asForm ? FORM : JSON_TYPE) : dice.pick([FORM, JSON_TYPE, 'text/plain', '']);
    return { part: 'http', text, with: { kind, contentType, isSigned: dice.chance(0.95), ...whoIs(kind, payload) } };
  },
  async give({ text, with: { contentType, isSigned, user } }: Input) {
    let ms = 0;
    const breach = await underRules(target, isSigned === true ? rightsIn(text, String(user)) : 'nothing', async () => {
      const before = target.handled();
      const signingSecret = isSigned === true ? target.signingSecret : 'another';
      const started = performance.now();
      const { status, text: answer } = await postSigned(
        { url: target.url, signingSecret, contentType: String(contentType), patienceMs: target.patienceMs },
        text,
      );
      ms = performance.now() - started;
      const isCheck = /ssl_check|url_verification/.test(text);
      if (isSigned !== true)
        return status === 401 || status === 400 || (isCheck && status === 200) ? undefined : `an unsigned request was answered ${status}`;
      if (status === 200 && !isCheck) await target.handledSince(before);
      return status === 200 || status === 400 ? unfit(isCheck ? '' : answer) : `a signed request was answered ${status}`;
    });
    return { breach, ms };
  },
});

/** Frames over the socket. */
export const frames = (target: Target): Part => ({
  name: 'socket',
  make: (dice) => {
    const { kind, payload } = made(dice);
    const type = kind === 'command' ? 'slash_commands' : kind === 'app_mention' ? 'events_api' : 'interactive';
    const frame = { envelope_id: unique(dice), type: dice.chance(0.95) ? type : dice.pick(['events_api', 'interactive', 'unheard_of', '']), payload };
    const whole = dice.chance(0.2) ? mutateValue(dice, frame) : frame;
    const text = (dice.chance(0.1) ? mutateText(dice, jsonOf(whole)) : jsonOf(whole)).slice(0, MOST_CHARACTERS);
    return { part: 'socket', text, with: { kind, ...whoIs(kind, payload) } };
  },
  async give({ text, with: { user } }: Input) {
    let ms = 0;
    const breach = await underRules(target, rightsIn(text, String(user)), async () => {
      const id = idOf(text);
      // Without an id there is nothing to acknowledge: what counts is that the next one is.
      const marker = `marker-${performance.now()}`;
      const before = target.handled();
      await target.wire.connected();
      const started = performance.now();
      target.wire.send(text);
      if (id === undefined) target.wire.send(JSON.stringify({ envelope_id: marker, type: 'interactive', payload: {} }));
      const answer = await target.wire.acknowledged(id ?? marker);
      ms = performance.now() - started;
      await target.handledSince(before);
      return unfit(JSON.stringify(answer));
    });
    return { breach, ms };
  },
});

const unique = (dice: Dice): string => `${dice.int(2 ** 31)}.${dice.int(2 ** 31)}`;

const made = (dice: Dice): { readonly kind: Kind; readonly payload: unknown } => {
  const kind = dice.pick(KINDS);
  let payload = payloadOf(kind, dice, unique(dice));
  for (let changes = dice.int(4); changes > 0; changes -= 1) payload = mutateValue(dice, payload);
  return { kind, payload };
};

/** A form has texts; what is none is written as JSON. */
const fieldsOf = (payload: object): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(payload).map(([key, value]) => [key.toWellFormed(), Array.isArray(value) ? value.map(fieldOf) : fieldOf(value)]));

const fieldOf = (value: unknown): string => (typeof value === 'string' ? value : jsonOf(value)).toWellFormed();

const whoIs = (kind: Kind, payload: unknown): { readonly user: string } => {
  const { user } = whoOf(kind, payload);
  return { user: typeof user === 'string' ? user : '' };
};

/** Rights of whoever the text can be by: changed ids may have become anybody's. */
const rightsIn = (text: string, user: string): Rights => {
  if (!text.includes(HOME) || !text.includes(CHANNEL)) return 'nothing';
  const named = [...ENTITLED, ...OUTSIDERS].filter((id) => text.includes(id));
  if (OUTSIDERS.includes(user) && named.length === 1 && text.split(user).length === 2) return 'nothing';
  return named.some((id) => ENTITLED.includes(id)) ? 'all' : 'start';
};

const idOf = (text: string): string | undefined => {
  try {
    const frame: unknown = JSON.parse(text.toWellFormed());
    const id = typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? (frame as { envelope_id?: unknown }).envelope_id : undefined;
    return typeof id === 'string' && id !== '' && id.length <= 255 ? id : undefined;
  } catch {
    return undefined;
  }
};

/** What no answer may hold; markup counts only where Slack reads text as markup. */
const unfit = (answer: string | undefined): string | undefined => {
  const found =
    /bug of pgdist|went wrong|undefined|\[object Object\]/.exec(answer ?? '') ??
    /^\{[^[]*<!(?!date)|"type":"mrkdwn","text":"[^"]*<!(?!date)/.exec(answer ?? '');
  return found === null ? undefined : `the answer holds "${found[0].slice(0, 100)}"`;
};
