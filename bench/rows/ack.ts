import { CHANNEL, userIdOf } from '../../src/playground/people.ts';
import type { Measure } from '../bench.ts';
import { percentile, told } from '../numbers.ts';
import { atMost } from '../row.ts';
import { quiet } from '../quiet.ts';
import type { Lab } from '../lab.ts';

const PARALLEL = 50;
const ROUNDS = 4;
/** Rounds that are not counted: a bot that just started has compiled nothing yet. */
const WARM_UPS = 2;

/** Commands that each start a run, all typed at once; from the envelope leaving Slack to its acknowledgement coming in. */
export const ack: Measure = async (bench) => {
  const lab = await bench.pair();
  const alice = lab.slack.actor(userIdOf('alice'));
  const type = (): Promise<unknown> => alice.command(CHANNEL, '/pgdist status postgres --private');
  for (let round = 0; round < WARM_UPS; round += 1) await burst(lab, type);
  const seen = lab.slack.deliveries.length;
  for (let round = 0; round < ROUNDS; round += 1) await burst(lab, type);
  const deliveries = lab.slack.deliveries.slice(seen).filter(({ kind }) => kind === 'slash_commands');
  const took = deliveries.flatMap(({ ackedAfterMs }) => ackedAfterMs ?? []);
  if (took.length < PARALLEL * ROUNDS) throw new Error(`${PARALLEL * ROUNDS - took.length} commands were not acknowledged`);
  return [
    atMost({
      what: `ack of a command, p99 at ${PARALLEL} at once`,
      aim: '< 50 ms',
      value: percentile(took, 99),
      limit: 50,
      show: (p99) => `${told(p99)} (p50 ${told(percentile(took, 50))})`,
      note: `${took.length} commands \`status --private\`, ${ROUNDS} times ${PARALLEL} in one moment: each is stored and queued in Redis before its ack. One alone takes ${told(percentile(await alone(lab, type), 50))} (p50).`,
    }),
  ];
};

const burst = async (lab: Lab, type: () => Promise<unknown>): Promise<void> => {
  await Promise.all(Array.from({ length: PARALLEL }, type));
  await quiet(lab);
};

const ALONE = 10;

/** The same, one after the other. */
const alone = async (lab: Lab, type: () => Promise<unknown>): Promise<number[]> => {
  const seen = lab.slack.deliveries.length;
  for (let index = 0; index < ALONE; index += 1) {
    await type();
    await quiet(lab);
  }
  return lab.slack.deliveries.slice(seen).flatMap(({ ackedAfterMs }) => ackedAfterMs ?? []);
};
