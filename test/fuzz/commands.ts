import { randomUUID } from 'node:crypto';
import { sourceOf } from '../../src/domain/text.ts';
import { UserError } from '../../src/domain/problem.ts';
import type { Dice } from './dice.ts';
import { mutateText, oddText } from './mutate.ts';
import type { Input, Part } from './part.ts';
import { ABROAD, CHANNEL, ENTITLED, HOME, MEMBERS, OUTSIDERS, rightsOf } from './people.ts';
import { underRules } from './store-rules.ts';
import type { Target } from './target.ts';

const VERBS = ['deploy', 'status', 'verify', 'cancel', 'runs', 'audit', 'help', 'depoly', ''] as const;
const WORDS = ['postgres', 'orders', 'postgre', 'rwait', 'rbobs', 'rbusy', 'rdone', '--private', '—private', '--all', '-x', 'U0BOB'] as const;

export const commandText = (dice: Dice): string => {
  const words = Array.from({ length: dice.int(dice.chance(0.05) ? 2_000 : 4) }, () => (dice.chance(0.1) ? oddText(dice) : dice.pick(WORDS)));
  const text = [dice.pick(VERBS), ...words].join(dice.chance(0.9) ? ' ' : '\t\n ');
  return dice.chance(0.3) ? mutateText(dice, text) : text;
};

export const anybody = (dice: Dice): { readonly user: string; readonly team: string } => ({
  user: dice.pick([...ENTITLED, ...MEMBERS, ...OUTSIDERS] as [string, ...string[]]),
  team: dice.chance(0.9) ? HOME : ABROAD,
});

/** What is typed, past Slack: people, the line, the command, the use case, the store. */
export const commands = (target: Target): Part => ({
  name: 'command',
  make: (dice) => ({ part: 'command', text: commandText(dice), with: { ...anybody(dice), channel: CHANNEL } }),
  async give({ text, with: { user, team, channel } }: Input) {
    const who = { user: String(user), team: String(team), channel: String(channel) };
    const by = { userId: who.user, teamId: who.team };
    let ms = 0;
    const breach = await underRules(target, rightsOf(who), async () => {
      const started = performance.now();
      try {
        const { text: said } = await target.answer(text, { way: 'command', by, channel: who.channel, idempotencyKey: randomUUID() });
        return sourceOf(said) === '' ? 'nothing was answered' : undefined;
      } catch (error) {
        return error instanceof UserError ? undefined : `threw ${String(error)}`;
      } finally {
        ms = performance.now() - started;
      }
    });
    return { breach, ms };
  },
});
