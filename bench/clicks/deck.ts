import { CHANNEL } from '../../playground/people.ts';
import type { ClicksLab } from './lab.ts';
import { buttonsOf } from './press.ts';

/** A button that stood in the channel at some time. */
export interface Card {
  readonly ts: string;
  readonly action: string;
  readonly blockId: string;
  readonly runId: string;
}

/** Every button that anybody could have on a screen: those of now, and those that an edit took away. */
export const createDeck = (lab: ClicksLab) => {
  const seen = new Map<string, Card>();
  const stop = lab.slack.onChange(({ kind, ts, user }) => {
    if (ts === undefined || user !== undefined || (kind !== 'posted' && kind !== 'edited')) return;
    for (const card of cardsOf(lab, ts)) seen.set(`${card.ts} ${card.blockId} ${card.action}`, card);
  });
  return {
    all: (): readonly Card[] => [...seen.values()],
    /** Of this run, on any of its messages. */
    now: (runId: string): readonly Card[] =>
      [...new Set([...seen.values()].filter((card) => card.runId === runId).map(({ ts }) => ts))].flatMap((ts) => cardsOf(lab, ts)),
    stop,
  };
};
export type Deck = ReturnType<typeof createDeck>;

const cardsOf = ({ slack }: ClicksLab, of: string): Card[] =>
  slack
    .thread(CHANNEL, of)
    .filter(({ ts }) => ts === of)
    .flatMap(({ ts, blocks }) => buttonsOf(blocks).map(({ action, blockId, value }) => ({ ts, action, blockId, runId: value })));
