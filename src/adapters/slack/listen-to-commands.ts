import { code, told } from '../../domain/text.ts';
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { SLASH, type Asker } from '../../ports/use-cases.ts';
import type { Desk } from './desk.ts';
import { responseUrl, slackId, typedText } from './envelope.ts';
import { inTime } from './in-time.ts';
import { cut, LIMITS } from './limits.ts';
import { openForm } from './open-form.ts';
import type { Message } from './render/message.ts';
import { namingUs } from './naming-us.ts';
import { toldMessage } from './render/told-message.ts';

const payload = z.object({
  command: slackId,
  text: typedText.default(''),
  user_id: slackId,
  team_id: slackId,
  channel_id: slackId,
  trigger_id: slackId,
  response_url: responseUrl,
});

/** Every slash command of the app gets an answer to the asker alone within Slack's three seconds; work that takes longer answers afterwards. */
export const listenToCommands = (app: App, desk: Desk): void =>
  app.command(/.*/, async ({ body, ack, context }) => {
    const {
      command,
      text,
      user_id: userId,
      team_id: teamId,
      channel_id: channel,
      trigger_id: idempotencyKey,
      response_url: url,
    } = payload.parse(body);
    const by = { userId, teamId };
    await desk.owing({ id: idempotencyKey, by, what: cut(`${command} ${text}`, LIMITS.line / 2), channel }, async () => {
      const work =
        command === SLASH
          ? answerOrForm(desk, namingUs(text, context.botUserId), { way: 'command', by, channel, idempotencyKey, responseUrl: url })
          : Promise.resolve(toldMessage(told`This app answers to \`${SLASH}\`. \`${SLASH} help\` lists what it can do.`));
      const outcome = await inTime(work, desk.clock);
      if (outcome.kind === 'done') {
        await (outcome.value === undefined ? ack() : ack(ephemeral(outcome.value)));
        return;
      }
      await ack(
        ephemeral(
          toldMessage(
            told`${code(cut(`${SLASH} ${text}`, LIMITS.line / 2))} takes longer than usual: it is not known yet whether it was accepted. The answer follows here.`,
          ),
        ),
      );
      const late = await outcome.rest;
      if (late !== undefined) await desk.whisper({ channel, user: userId, responseUrl: url }, late);
    });
  });

/** The same for a slash command, which can open a form for what was left out: undefined where it did. Its trigger is the id of the request. */
const answerOrForm = (desk: Desk, text: string, asker: Asker): Promise<Message | undefined> =>
  desk.handle(askedOf(text, asker), async () => {
    const { text: answer, form, fleet } = await desk.answer(text, asker);
    if (form === undefined) return toldMessage(answer);
    return await openForm(desk, {
      verb: form,
      by: asker.by,
      channel: asker.channel,
      triggerId: asker.idempotencyKey,
      instead: answer,
      ...(fleet === undefined ? {} : { fleet }),
    });
  });

const askedOf = (text: string, asker: Asker) => ({ what: cut(text.trim(), 80) || 'help', requestId: asker.idempotencyKey });

/** The answer to what was typed after /pgdist or after the bot's name; never rejects. */
export const answerText = async (desk: Desk, text: string, asker: Asker): Promise<Message> => {
  const answer = await desk.handle(askedOf(text, asker), async () => toldMessage((await desk.answer(text, asker)).text));
  return answer ?? toldMessage(told`\`${SLASH} help\` lists what pgdist can do.`);
};

const ephemeral = ({ text, blocks }: Message) => ({ response_type: 'ephemeral' as const, text, blocks: [...blocks] });
