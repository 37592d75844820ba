import { z } from 'zod';
import { acceptView } from '../blocks/views.ts';
import { newBlockId } from '../ids.ts';
import { openView, pushView } from '../view-stack.ts';
import { defineMethod } from './method.ts';
import { id, json } from './parameters.ts';
import { viewShape } from './shapes.ts';

const parameters = z.object({ trigger_id: id, view: json('invalid_arguments') });

export const viewsOpen = defineMethod({
  name: 'views.open',
  tier: 'tier4',
  parameters,
  call: (given, { workspace }) => {
    const definition = acceptView(given.view, newBlockId);
    const user = workspace.tickets.useTrigger(given.trigger_id);
    return { view: viewShape(workspace, openView(workspace, user, definition)) };
  },
});

export const viewsPush = defineMethod({
  name: 'views.push',
  tier: 'tier4',
  parameters,
  call: (given, { workspace }) => {
    const definition = acceptView(given.view, newBlockId);
    const user = workspace.tickets.useTrigger(given.trigger_id);
    return { view: viewShape(workspace, pushView(workspace, user, definition)) };
  },
});
