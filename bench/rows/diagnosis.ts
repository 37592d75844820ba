import { deployedFleet } from '../../test/support/deployed-fleet.ts';
import type { Measure } from '../bench.ts';
import { lookAtFaults, lookAtHealthy, lookAtPairs } from '../diagnosis/rounds.ts';
import { rightOf, steady } from '../diagnosis/score.ts';
import { configOf } from '../fleet-shape.ts';
import { percentile, told } from '../numbers.ts';
import { atMost, type Row } from '../row.ts';

/** Faults show at the pace of the stand-ins; the looks themselves are taken in real time. */
const SPEED = 20;
const RIGHT_PERCENT = 97;
const LOOK_LIMIT_MS = 15_000;

/** Every fault of the catalogue, pairs of them, and healthy fleets with noise, looked at by the walk of `verify`. */
export const diagnosis: Measure = async () => {
  const fleet = await deployedFleet({ config: configOf(2), speed: SPEED, time: 'real' });
  const print = (text: string): void => void process.stdout.write(`  ${text}\n`);
  try {
    const raised = await lookAtHealthy(fleet);
    const looks = await lookAtFaults(fleet, print);
    const pairs = await lookAtPairs(fleet, print);
    const right = rightOf(looks) ?? 0;
    const cost = (rightOf(looks.filter(({ noisy }) => !noisy)) ?? 0) - (rightOf(looks.filter(({ noisy }) => noisy)) ?? 0);
    const { same, all } = steady(looks);
    const missed = [...new Set(looks.filter(({ mark }) => mark !== 'right').map(({ fault, lead }) => `${fault} (${lead})`))];
    const percent = (value: number): string => `${value.toFixed(1)} %`;
    const row = (what: string, aim: string, measured: string, met: boolean, note?: string): Row => ({
      what,
      aim,
      measured,
      met,
      ...(note === undefined ? {} : { note }),
    });
    const wrong = looks.filter(({ mark }) => mark === 'wrong').length;
    return [
      row('diagnosis, cause right', `≥ ${RIGHT_PERCENT} %`, `${percent(right)} of ${looks.length} looks`, right >= RIGHT_PERCENT, missed.join(', ')),
      row('diagnosis, wrong name given', '0', `${wrong} of ${looks.length}`, wrong === 0),
      row('diagnosis, same verdict each time', 'all', `${same} of ${all} faults`, same === all),
      row('diagnosis, what noise costs', '≤ 1 point', `${cost.toFixed(1)} points`, cost <= 1),
      row('diagnosis, both of two faults', 'all', `${pairs.told} of ${pairs.all}`, pairs.told === pairs.all),
      row('diagnosis, raised on healthy fleets with noise', '0', String(raised.length), raised.length === 0, raised.join(', ')),
      atMost({
        what: 'diagnosis, one look, p95',
        aim: '< 15 s',
        value: percentile(
          looks.map(({ tookMs }) => tookMs),
          95,
        ),
        limit: LOOK_LIMIT_MS,
        show: told,
      }),
    ];
  } finally {
    await fleet.close();
  }
};
