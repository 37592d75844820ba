import type { Log } from '../../ports/log.ts';
import { type Message, simplified } from './render/message.ts';
import { failureWords, isFormRefusal, slackFailure } from './slack-failure.ts';

/** Sends plainer blocks where the workspace refuses ours, and words alone where it refuses those. */
export const inSomeForm = async <T>(message: Message, log: Log, send: (form: Message) => Promise<T>): Promise<T> => {
  for (const form of [message, simplified(message)]) {
    try {
      return await send(form);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure === undefined || !isFormRefusal(failure)) throw error;
      log.error({ error: failureWords(failure) }, 'slack refused the form of a message, sending it plainer');
    }
  }
  return await send({ text: message.text === '' ? '…' : message.text, blocks: [] });
};
