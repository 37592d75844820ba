import { z } from 'zod';
import { publishHome } from '../app-home.ts';
import { acceptView } from '../blocks/views.ts';
import { newBlockId } from '../ids.ts';
import { refusal } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { id, json } from './parameters.ts';
import { viewShape } from './shapes.ts';

export const viewsPublish = defineMethod({
  name: 'views.publish',
  tier: 'tier4',
  parameters: z.object({ user_id: id, view: json('invalid_arguments'), hash: z.string().optional() }),
  call: (given, { workspace }) => {
    const definition = acceptView(given.view, newBlockId, 'home');
    if (!workspace.users.has(given.user_id)) throw refusal('invalid_arguments', ['[ERROR] invalid `user_id` [json-pointer:/user_id]']);
    return { view: viewShape(workspace, publishHome(workspace, given.user_id, definition, given.hash)) };
  },
});
