import type { Stage } from '../../../playground/script/run.ts';

export interface MemoryStage extends Stage {
  /** Every act so far, in words. */
  readonly acts: string[];
  /** Posts a message with the thread below it. */
  post(card: string, thread?: string): void;
  /** Edits the newest message. */
  edit(card: string, thread?: string): void;
  whisper(person: string, text: string): void;
}

/** A channel in memory; `react` is what happens after each act, as an app would answer it. */
export const memoryStage = (react: (act: string, stage: MemoryStage) => void = () => undefined): MemoryStage => {
  const posted: { card: string; thread: string }[] = [];
  const whispers: { person: string; text: string }[] = [];
  const listeners = new Set<() => void>();
  let changes = 0;
  const told = (): void => {
    for (const listener of listeners) listener();
  };
  const changed = (): void => {
    changes += 1;
    told();
  };
  const act = async (what: string): Promise<void> => {
    stage.acts.push(what);
    react(what, stage);
  };
  const stage: MemoryStage = {
    acts: [],
    post(card, thread = '') {
      posted.push({ card, thread });
      changed();
    },
    edit(card, thread = '') {
      posted.splice(-1, 1, { card, thread });
      changed();
    },
    whisper(person, text) {
      whispers.push({ person, text });
      told();
    },
    command: (person, text) => act(`${person} types ${text}`),
    click: (person, button) => act(`${person} clicks ${button}`),
    fleet: (action) => act(`fleet ${action}`),
    newest: () => `${posted.at(-1)?.card ?? ''}\n${posted.at(-1)?.thread ?? ''}`,
    newestCard: () => posted.at(-1)?.card ?? '',
    told: (person) => whispers.filter((whisper) => whisper.person === person).map(({ text }) => text),
    messages: () => posted.length,
    changes: () => changes,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return stage;
};
