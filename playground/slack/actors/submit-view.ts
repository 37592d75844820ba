import { z } from 'zod';
import { acceptView } from '../blocks/views.ts';
import type { SubmitOutcome } from '../contract.ts';
import { newBlockId } from '../ids.ts';
import { appMembers, teamMember, userMember } from '../payloads.ts';
import { SlackError } from '../slack-error.ts';
import { clearViews, closeTop, pushView, topView, updateView } from '../view-stack.ts';
import { viewShape } from '../web-api/shapes.ts';
import { userOf } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import type { ActorDeps } from './deps.ts';
import { elementsOf, selection } from './elements.ts';
import { inputFaults } from './inputs.ts';
import type { View } from '../model.ts';

type Values = Readonly<Record<string, string | readonly string[]>>;

const reply = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);

const trouble = 'We had some trouble connecting. Try again?';

/** Submits the modal on top: first the checks of the person's client, then the app's answer. */
export const submitView = async (deps: ActorDeps, userId: string, values: Values): Promise<SubmitOutcome> => {
  const { workspace } = deps;
  const view = topView(workspace, userId);
  if (!view) throw new Error(`${userId} has no modal open`);
  const faults = inputFaults(view.definition.blocks, values);
  if (Object.keys(faults).length > 0) return { result: 'invalid', errors: faults };
  const receipt = await deps.deliver({
    kind: 'interactive',
    url: workspace.options.interactivityUrl,
    payload: {
      type: 'view_submission',
      team: teamMember(workspace),
      user: userMember(workspace, userOf(workspace, userId)),
      ...appMembers(workspace),
      trigger_id: workspace.tickets.newTrigger(userId),
      view: viewShape(workspace, view, stateOf(view, values)),
      response_urls: [],
    },
  });
  if (receipt.result !== 'acknowledged') return { result: receipt.result, shown: trouble };
  return act(workspace, view, receipt.ack);
};

/** What the app answered; anything that is no response_action closes the modal. */
const act = (workspace: Workspace, view: View, ack: unknown): SubmitOutcome => {
  const parsed = reply.safeParse(ack);
  if (!parsed.success) {
    closeTop(workspace, view.user);
    return { result: 'acknowledged', ack };
  }
  try {
    switch (parsed.data.response_action) {
      case 'errors':
        return { result: 'invalid', errors: parsed.data.errors };
      case 'update':
        updateView(workspace, { viewId: view.id }, acceptView(parsed.data.view, newBlockId));
        break;
      case 'push':
        pushView(workspace, view.user, acceptView(parsed.data.view, newBlockId));
        break;
      case 'clear':
        clearViews(workspace, view.user);
    }
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { result: 'dispatch_failed', shown: trouble };
  }
  return { result: 'acknowledged', ack };
};

/** Closes the modal on top, and tells the app when its view asked for it. */
export const closeView = async (deps: ActorDeps, userId: string): Promise<void> => {
  const { workspace } = deps;
  const view = topView(workspace, userId);
  if (!view) return;
  if (view.definition.clear_on_close) clearViews(workspace, userId);
  else closeTop(workspace, userId);
  if (!view.definition.notify_on_close) return;
  await deps.deliver({
    kind: 'interactive',
    url: workspace.options.interactivityUrl,
    payload: {
      type: 'view_closed',
      team: teamMember(workspace),
      user: userMember(workspace, userOf(workspace, userId)),
      ...appMembers(workspace),
      view: viewShape(workspace, view),
      is_cleared: view.definition.clear_on_close ?? false,
    },
  });
};

const stateOf = (view: View, values: Values): Record<string, Record<string, unknown>> => {
  const state: Record<string, Record<string, unknown>> = {};
  for (const { element, blockId } of elementsOf(view.definition.blocks)) {
    if (element.type === 'button') continue;
    const given = values[blockId] ?? [];
    state[blockId] = { [element.action_id]: { type: element.type, ...selection(element, typeof given === 'string' ? [given] : given) } };
  }
  return state;
};
