import type { Mute } from '../domain/alert.ts';
import { told, type Text, time } from '../domain/text.ts';

/** The reply to whoever ended a mute, or tried to. */
export const unmuted = (database: string, before: Mute | undefined): Text =>
  before === undefined
    ? told`\`${database}\` was not muted. What is wrong with it is told unasked.`
    : told`\`${database}\` is not muted any more (it was until ${time(before.until)}). What is wrong with it is told at the next look.`;
