import { z } from 'zod';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count } from './parameters.ts';
import { userShape } from './shapes.ts';

export const usersList = defineMethod({
  name: 'users.list',
  tier: 'tier2',
  scope: 'users:read',
  parameters: z.object({ limit: count(1000, 1000), cursor: z.string().optional() }),
  call: (given, { workspace }) => {
    const { items, response_metadata } = pageOf([...workspace.users.values()], given.limit, given.cursor);
    return { members: items.map((user) => userShape(workspace, user)), response_metadata };
  },
});
