import { z } from 'zod';
import { acceptView } from '../blocks/views.ts';
import { newBlockId } from '../ids.ts';
import { updateView } from '../view-stack.ts';
import { defineMethod } from './method.ts';
import { json } from './parameters.ts';
import { viewShape } from './shapes.ts';

export const viewsUpdate = defineMethod({
  name: 'views.update',
  tier: 'tier4',
  parameters: z.object({
    view_id: z.string().optional(),
    external_id: z.string().optional(),
    hash: z.string().optional(),
    view: json('invalid_arguments'),
  }),
  call: (given, { workspace }) => {
    const isHome = [...workspace.homes.values()].some(({ id, definition }) =>
      given.view_id ? id === given.view_id : given.external_id !== undefined && definition.external_id === given.external_id,
    );
    const definition = acceptView(given.view, newBlockId, isHome ? 'home' : 'modal');
    const view = updateView(workspace, { viewId: given.view_id, externalId: given.external_id }, definition, given.hash);
    return { view: viewShape(workspace, view) };
  },
});
