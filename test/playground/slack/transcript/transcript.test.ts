import { afterEach, expect, it } from 'vitest';
import { startSlack } from '../../../../playground/slack/index.ts';
import { alice, bob, cleanups, ops, workspaceOptions } from '../harness.ts';
import { postSample } from '../sample-conversation.ts';

const ends = cleanups();
afterEach(() => ends.run());

it('writes a channel as text, with threads, plan, table, buttons, files and what only the viewer sees', async () => {
  const slack = await startSlack({ ...workspaceOptions, timeZone: 'UTC' });
  ends.add(() => slack.close());
  await postSample(slack);
  await expect(slack.transcript(ops, { viewer: alice })).toMatchFileSnapshot('conversation.golden.txt');
  expect(slack.transcript(ops, { viewer: bob })).not.toContain('only visible to');
});
