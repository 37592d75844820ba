import type { Offer } from '../../../domain/offer.ts';
import type { Text } from '../../../domain/text.ts';
import { offerButton } from './buttons.ts';
import { firstThatFits, lines, message, type Message } from './message.ts';
import { type Line, link, linesOf } from './span.ts';

/** A sentence for the asker, followed by the link and by what is offered; of a long list so many lines as fit, and how many more there are. */
export const toldMessage = (text: Text, more?: { readonly text: string; readonly url: string }, offer?: Offer): Message => {
  const told = linesOf(text);
  const upTo = (limit: number) => (): Message => {
    const left = told.length - limit;
    const rest: Line | undefined = left > 0 ? [`and ${left} more ${left === 1 ? 'line' : 'lines'}`] : undefined;
    const shown = lines(...told.slice(0, limit), rest, more === undefined ? undefined : [link(more.url, more.text)]);
    return message(shown, offer === undefined ? undefined : offerButton(offer));
  };
  return firstThatFits(...[told.length, 60, 30, 15, 5].filter((limit) => limit <= told.length).map(upTo));
};
