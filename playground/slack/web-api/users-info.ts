import { z } from 'zod';
import { userOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';
import { userShape } from './shapes.ts';

export const usersInfo = defineMethod({
  name: 'users.info',
  tier: 'tier4',
  scope: 'users:read',
  parameters: z.object({ user: id }),
  call: (given, { workspace }) => ({ user: userShape(workspace, userOf(workspace, given.user)) }),
});
