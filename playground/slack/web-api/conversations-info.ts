import { z } from 'zod';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';
import { channelShape } from './shapes.ts';

export const conversationsInfo = defineMethod({
  name: 'conversations.info',
  tier: 'tier3',
  scope: 'channels:read',
  parameters: z.object({ channel: id }),
  call: (given, { workspace }) => ({ channel: channelShape(workspace, channelOf(workspace, given.channel)) }),
});
