import type { Run } from '../../../domain/run.ts';
import { LIMITS } from '../limits.ts';
import type { Button } from './blocks.ts';
import { buttons, CARD_ACTIONS } from './buttons.ts';
import { plain } from './views.ts';

/** Ids of buttons of the Home tab begin so, and those of messages do not: there, all else is to be unique in the view. */
export const HOME_ACTIONS = /^home:([a-z-]+)(?::(.{0,200}))?$/;

/** A button of the tab itself: what it asks for, and of which database or how. */
export const homeButton = (what: string, label: string, about?: string): Button => ({
  type: 'button',
  action_id: about === undefined ? `home:${what}` : `home:${what}:${about}`,
  text: plain(label),
});

/** Leads to where the run is told; nothing is decided by it. */
export const linkButton = (run: Run, permalink: string): Button => ({
  type: 'button',
  action_id: `home:open:${run.id}`,
  text: plain(run.state === 'awaiting-approval' ? 'Open the plan' : 'Open the thread'),
  url: permalink.slice(0, LIMITS.url),
  ...(run.state === 'awaiting-approval' ? { style: 'primary' as const } : {}),
});

/** Those of the card. Approve and Reject stand below the plan alone. The value says which end of the run the person saw. */
export const runButtons = (run: Run): Button[] => {
  const row = buttons(run, CARD_ACTIONS);
  return row.kind === 'buttons'
    ? row.buttons.map((button) => ({ ...button, action_id: `home:${button.action_id}:${run.id}`, value: row.blockId }))
    : [];
};
