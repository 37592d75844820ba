import { z } from 'zod';
import { defineMethod } from './method.ts';

export const appsConnectionsOpen = defineMethod({
  name: 'apps.connections.open',
  tier: 'tier1',
  token: 'app',
  scope: 'connections:write',
  parameters: z.object({}),
  call: (_, { issueSocketUrl }) => ({ url: issueSocketUrl() }),
});
