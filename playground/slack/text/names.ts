import type { Workspace } from '../workspace.ts';
import type { Names } from './parts.ts';

export const namesOf = (workspace: Workspace): Names => ({
  user: (id) => workspace.users.get(id)?.name,
  channel: (id) => workspace.channels.get(id)?.name,
  usergroup: (id) => workspace.usergroups.get(id)?.handle,
  now: workspace.clock.now(),
  timeZone: workspace.timeZone,
});
