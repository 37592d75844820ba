import { z } from 'zod';
import { defineMethod } from './method.ts';

export const authTest = defineMethod({
  name: 'auth.test',
  tier: 'unlimited',
  parameters: z.object({}),
  call: (_, { workspace }) => ({
    url: `https://${workspace.options.team.domain}.slack.com/`,
    team: workspace.options.team.name,
    team_id: workspace.options.team.id,
    user: workspace.options.app.botName,
    user_id: workspace.options.app.botUserId,
    bot_id: workspace.botId,
    app_id: workspace.options.app.appId,
    is_enterprise_install: false,
    ...(workspace.options.team.enterprise === undefined ? {} : { enterprise_id: workspace.options.team.enterprise.id }),
  }),
});
