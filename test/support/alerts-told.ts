import type { FakeSlack } from '../../playground/slack/index.ts';

/** Texts of the messages of a channel and its threads that nobody asked for. */
export const alertsTold = (slack: FakeSlack, channel: string): string[] =>
  slack
    .messages(channel)
    .flatMap(({ ts }) => [ts, ...slack.thread(channel, ts).map((reply) => reply.ts)])
    .map((ts) => slack.messageText(channel, ts).replaceAll('*', ''))
    .filter((text) => /edited while it lasts|is well again since/.test(text));
