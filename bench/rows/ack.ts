import { CHANNEL, userIdOf } from '../../playground/people.ts';
import type { Measure } from '../bench.ts';
import { pidOf } from '../deploy.ts';
import type { Lab } from '../lab.ts';
import { percentile, told } from '../numbers.ts';
import { quiet } from '../quiet.ts';
import { atMost, type Row } from '../row.ts';

const PARALLEL = 50;
const ROUNDS = 4;
/** Rounds that are not counted: a process that just started has compiled nothing yet. */
const WARM_UPS = 4;
const ALONE = 10;
const LIMIT_MS = 50;

/**
 * Commands that each start a run, all typed at once; from the envelope leaving Slack to its acknowledgement coming in. The worker takes the first
 * runs before the last are acknowledged: once it is held meanwhile, so that the bot has a core of its own, and once it is not.
 */
export const ack: Measure = async (bench) => {
  const lab = await bench.pair();
  for (let round = 0; round < WARM_UPS; round += 1) await burst(lab);
  const held = await rounds(lab, () => whileHeld(lab, PARALLEL));
  const beside = await rounds(lab, () => burst(lab));
  const alone = await rounds(lab, () => oneByOne(lab));
  const stored = 'each is stored and queued in Redis before its ack';
  return [
    row(
      `ack of a command, p99 at ${PARALLEL} at once`,
      held,
      `${held.length} times \`status --private\`, ${ROUNDS} times ${PARALLEL} in one moment: ${stored}. The worker is held until they are (SIGSTOP). One alone takes ${told(percentile(alone, 50))}.`,
    ),
    row('the same beside the worker', beside, 'The worker begins eight of the runs at once, on the same cores as bot, Redis and the clusters.'),
  ];
};

const row = (what: string, took: readonly number[], note: string): Row =>
  atMost({
    what,
    aim: `< ${LIMIT_MS} ms`,
    value: percentile(took, 99),
    limit: LIMIT_MS,
    show: (p99) => `${told(p99)} (p50 ${told(percentile(took, 50))})`,
    note,
  });

/** Times from envelope to ack of all commands that the rounds type. Throws when one is not acknowledged. */
const rounds = async (lab: Lab, round: () => Promise<void>): Promise<number[]> => {
  const seen = lab.slack.deliveries.length;
  for (let index = 0; index < ROUNDS; index += 1) await round();
  const deliveries = lab.slack.deliveries.slice(seen).filter(({ kind }) => kind === 'slash_commands');
  const took = deliveries.flatMap(({ ackedAfterMs }) => ackedAfterMs ?? []);
  if (took.length < deliveries.length) throw new Error(`${deliveries.length - took.length} commands were not acknowledged`);
  return took;
};

const type = async ({ slack }: Lab, count: number): Promise<void> => {
  const alice = slack.actor(userIdOf('alice'));
  await Promise.all(Array.from({ length: count }, () => alice.command(CHANNEL, '/pgdist status postgres --private')));
};

const burst = async (lab: Lab): Promise<void> => {
  await type(lab, PARALLEL);
  await quiet(lab);
};

const whileHeld = async (lab: Lab, count: number): Promise<void> => {
  process.kill(pidOf(lab.worker), 'SIGSTOP');
  try {
    await type(lab, count);
  } finally {
    process.kill(pidOf(lab.worker), 'SIGCONT');
  }
  await quiet(lab);
};

const oneByOne = async (lab: Lab): Promise<void> => {
  for (let index = 0; index < ALONE; index += 1) await whileHeld(lab, 1);
};
