import type { Text } from '../../../domain/text.ts';
import { lines, message, type Message } from './message.ts';
import { link, linesOf } from './span.ts';

/** A sentence for the asker, followed by the link. */
export const toldMessage = (text: Text, more?: { readonly text: string; readonly url: string }): Message =>
  message(lines(...linesOf(text), more === undefined ? undefined : [link(more.url, more.text)]));
