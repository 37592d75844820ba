import { lines, message, type Message } from './message.ts';
import { link } from './span.ts';
import { told } from './told.ts';

/** A sentence for the asker, followed by the link. */
export const toldMessage = (text: string, more?: { readonly text: string; readonly url: string }): Message =>
  message(lines(...told(text), more === undefined ? undefined : [link(more.url, more.text)]));
