import { expect, test } from 'vitest';
import { createInterpreter } from '../../src/command/interpret.ts';
import { type Command, USE_CASES } from '../../src/command/command.ts';
import type { Asker } from '../../src/ports/use-cases.ts';
import { loadCommands } from '../../src/command/registry.ts';
import { PROBLEMS, UserError } from '../../src/domain/problem.ts';
import type { Database } from '../../src/domain/database.ts';
import { memoryRuns } from '../adapters/slack/bench.ts';
import { alice, at, database, fleet, succeeded } from '../adapters/slack/fixtures.ts';
import { plainText, sourceOf, told } from '../../src/domain/text.ts';

const commands = await loadCommands();
const orders: Database = { ...database, name: 'orders', namespace: 'shop' };
const asker: Asker = { way: 'command', by: alice, channel: 'C0DATABASES', idempotencyKey: 'trigger-1' };

const answerWith = (databases: readonly Database[]) => {
  const runs = memoryRuns({ databases });
  return { runs, answer: createInterpreter({ runs: runs.useCases, fleets: [{ fleet, databases }], commands }) };
};

test.each([
  [
    'deploy postgres',
    'start deploy postgres',
    'Planning `deploy postgres` on fleet **demo** · run `r1` · follow it in this channel, its thread tells the rest',
  ],
  ['DEPLOY postgres', 'start deploy postgres', 'Planning `deploy postgres`'],
  ['plan', 'start plan postgres', 'Planning `plan postgres`'],
  ['verify', 'start verify postgres', 'Verifying `verify postgres`'],
  ['status', 'start status postgres', 'the answer follows in this channel'],
  ['status postgres --private', 'start status postgres private', 'the answer comes to you alone'],
])('%s does %s', async (text, asked, reply) => {
  const { runs, answer } = answerWith([database]);
  expect((await answer(text, asker)).text).toContain(reply);
  expect(runs.asked.map(({ what }) => what)).toEqual([asked]);
});

test.each([
  ['verify order', 'Did you mean `orders`?'],
  ['doctor', 'There is no command `doctor`. `/pgdist help` lists them all.'],
  ['statsu', 'Did you mean `/pgdist status`?'],
])('%s is refused with what to type', async (text, sentence) => {
  const { runs, answer } = answerWith([database, orders]);
  const refused = await answer(text, asker).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UserError);
  expect((refused as UserError).message).toContain(sentence);
  expect(runs.asked).toEqual([]);
});

test.each([
  ['deploy', [database], 'Say which database: `/pgdist deploy postgres`.'],
  ['deploy', [database, orders], 'Say which database: `/pgdist deploy postgres`, `/pgdist deploy orders`.'],
  ['plan', [database, orders], 'Say which database: `/pgdist plan postgres`, `/pgdist plan orders`.'],
  ['verify', [database, orders], 'Say which database: `/pgdist verify postgres`, `/pgdist verify orders`.'],
  ['status', [database, orders], 'Fleet **demo** has 2 databases.'],
] as const)('%s without a name asks for it in a form, and starts nothing', async (typed, databases, instead) => {
  const { runs, answer } = answerWith(databases);
  const { text, form } = await answer(typed, asker);
  expect(form).toBe(typed);
  expect(sourceOf(text)).toContain(instead);
  expect(runs.asked).toEqual([]);
});

test.each(['mention', 'terminal'] as const)(
  'in a %s, where there is no form, the only database is meant and of several one must be named',
  async (way) => {
    const one = answerWith([database]);
    expect((await one.answer('deploy', { ...asker, way })).form).toBeUndefined();
    expect(one.runs.asked.map(({ what }) => what)).toEqual(['start deploy postgres']);
    await expect(answerWith([database, orders]).answer('deploy', { ...asker, way })).rejects.toThrow('Say which database: `/pgdist deploy postgres`');
  },
);

test('status of a fleet with several databases lists them, each with how to ask', async () => {
  const { runs, answer } = answerWith([database, orders]);
  const { text } = await answer('status', asker);
  expect(sourceOf(text)).toContain('Fleet **demo** has 2 databases. Ask for one: `/pgdist status <database>`');
  expect(sourceOf(text)).toContain('`orders` · version 17.2, 3 replicas in namespace shop');
  expect(runs.asked).toEqual([]);
});

test('nothing typed is help, which lists every command with its usage', async () => {
  const { answer } = answerWith([database]);
  const { text } = await answer('  ', asker);
  for (const { usage, summary } of commands) expect(sourceOf(text)).toContain(`\`/pgdist ${usage}\` · ${summary}`);
});

test.each(['help PGD-041', 'help pgd-041', 'help pgd41', 'PGD-041', '`PGD-041`'])('%s tells what stands behind the code', async (typed) => {
  const { answer } = answerWith([database]);
  const lines = plainText((await answer(typed, asker)).text).split('\n');
  const { title, meaning, looksAt, remedy } = PROBLEMS['PGD-041'];
  expect(lines).toEqual([`\`PGD-041\` ${title}`, plainText(meaning), `pgdist looks at ${plainText(looksAt)}`, `Do: ${plainText(remedy)}`]);
});

test('help about a code that does not exist says where those are that do', async () => {
  const { answer } = answerWith([database]);
  await expect(answer('help PGD-777', asker)).rejects.toThrow('There is no problem `PGD-777`. `docs/problems.md` lists them all.');
});

test('runs lists the newest with state, person, time and thread', async () => {
  const { runs, answer } = answerWith([database]);
  runs.keep({ ...succeeded, thread: { channel: 'C0DATABASES', permalink: 'https://home.example/archives/C0/p1' } });
  expect(sourceOf((await answer('runs', asker)).text).split('\n')[1]).toBe(
    `\`r7k2\` deploy postgres · **succeeded** {time:${at('14:11:52')}} · asked by {user:U0ALICE} {time:${at('14:02')}} · {link:https://home.example/archives/C0/p1|thread}`,
  );
});

test('a command delivered twice gives the run that it started', async () => {
  const { runs, answer } = answerWith([database]);
  const [first, second] = [await answer('deploy postgres', asker), await answer('deploy postgres', asker)];
  expect(second).toEqual(first);
  expect(runs.asked).toHaveLength(1);
});

test.each(Object.keys(USE_CASES) as (keyof typeof USE_CASES)[])(
  'a verb that says it does %s gets hold of the use cases of that alone',
  async (deed) => {
    const runs = memoryRuns();
    let given: readonly string[] = [];
    const verb: Command = {
      name: 'trial',
      deed,
      summary: 's',
      usage: 'trial',
      run: (_invocation, context) => {
        given = Object.keys(context.runs);
        return Promise.resolve({ text: told`` });
      },
    };
    await createInterpreter({ runs: runs.useCases, fleets: [{ fleet, databases: [database] }], commands: [verb] })('trial', asker);
    expect(given).toEqual(USE_CASES[deed]);
    expect(given).not.toContain('approve');
  },
);

test('every command of the folder declares the deed of its own name', () => {
  expect(commands.map(({ name, deed }) => [name, deed])).toEqual(commands.map(({ name }) => [name, name]));
});
