import { afterEach, expect, it } from 'vitest';
import { startSlack } from '../../../../playground/slack/index.ts';
import { createWorkspace } from '../../../../playground/slack/workspace.ts';
import { escapeTyped } from '../../../../playground/slack/text/typed.ts';
import { alice, bob, cleanups, ops, socketApp, until, workspaceOptions } from '../harness.ts';

const ends = cleanups();
afterEach(() => ends.run());

const workspace = createWorkspace(workspaceOptions);

it.each([
  ['the three escaped characters', 'a < b && c > <d>', 'a &lt; b &amp;&amp; c &gt; &lt;d&gt;'],
  ['what was escaped before', '&lt;', '&amp;lt;'],
  ['a link', 'see https://a.example/b?c=d&e now', 'see <https://a.example/b?c=d&amp;e> now'],
  ['a link of a host that stands alone', 'deploy postgres.db now', 'deploy <http://postgres.db|postgres.db> now'],
  ['a link of an address of mail', 'ask a.b@c.example.org', 'ask <mailto:a.b@c.example.org|a.b@c.example.org>'],
  ['no link of a number or a name without a dot', 'postgres 17.2 1.2.3 a.b.', 'postgres 17.2 1.2.3 a.b.'],
  ['a code of the client', '<@U0BOB> <!here> <https://a.example|b> <#C0OPS|ops>', '<@U0BOB> <!here> <https://a.example|b> <#C0OPS|ops>'],
  ['a person, whatever follows the name', `@bob: and @nobody`, `<@${bob}|bob>: and @nobody`],
])('what is typed arrives as %s', (_what, typed, arrives) => {
  expect(escapeTyped(workspace, typed)).toBe(arrives);
});

it('an account of a sister workspace names the organisation, and so does every payload', async () => {
  const slack = await startSlack({
    ...workspaceOptions,
    team: { ...workspaceOptions.team, enterprise: { id: 'E0ORG', name: 'Org' } },
    users: workspaceOptions.users.map((user) => (user.id === bob ? { ...user, teamId: 'T0SISTER', teams: ['T0SISTER'] } : user)),
  });
  ends.add(() => slack.close());
  const { app, stop } = await socketApp(slack);
  ends.add(stop);
  expect(await app.client.auth.test()).toMatchObject({ enterprise_id: 'E0ORG' });
  expect(await app.client.users.info({ user: bob })).toMatchObject({
    user: { team_id: 'T0SISTER', enterprise_user: { enterprise_id: 'E0ORG', teams: ['T0SISTER'] } },
  });
  const bodies: unknown[] = [];
  app.command('/robot', async ({ body, ack }) => {
    bodies.push(body);
    await ack();
  });
  await slack.actor(bob).command(ops, '/robot');
  await until(slack, () => bodies.length > 0, 'the command');
  expect(bodies[0]).toMatchObject({ team_id: 'T0SISTER', enterprise_id: 'E0ORG' });
  expect(alice).not.toBe(bob);
});
