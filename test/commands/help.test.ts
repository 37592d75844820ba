import { expect, test } from 'vitest';
import { createInterpreter } from '../../src/command/interpret.ts';
import { parseArguments } from '../../src/command/line.ts';
import { loadCommands } from '../../src/command/registry.ts';
import { wordsAsSeen } from '../../src/command/typed.ts';
import { sourceOf } from '../../src/domain/text.ts';
import { askerIn, bob, openBench } from '../runs/bench.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';

const commands = await loadCommands();
const databases = [testDatabase, { ...testDatabase, name: 'orders' }];

const helpAbout = async (name: string): Promise<string> => {
  const answer = createInterpreter({ runs: openBench().runs, commands, fleets: [{ fleet: testFleet, databases }] });
  return sourceOf((await answer(`help ${name}`, askerIn(bob))).text);
};

test.each(commands.filter(({ name, usage }) => usage !== name))(
  'help $name shows lines that can be typed as they stand, with names of this fleet',
  async (command) => {
    const help = await helpAbout(command.name);
    const [, listed = ''] = /For example: (.*)/.exec(help) ?? [];
    const examples = [...listed.matchAll(/`\/pgdist ([^`]+)`/g)].map(([, line = '']) => line);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const [verb, ...words] = wordsAsSeen(example);
      expect(verb).toBe(command.name);
      expect(() => parseArguments(command, words, databases)).not.toThrow();
      expect(example).not.toMatch(/[<>[\]]/);
    }
    expect(/postgres.*orders/.test(listed)).toBe(command.usage.includes('database'));
  },
);
