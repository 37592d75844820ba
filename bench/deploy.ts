import type { Run } from '../src/domain/run.ts';
import { waitsOf, type StepWait } from './critical-path/waits.ts';
import { openLab, type Lab } from './lab.ts';
import { cpuMs, residentMb } from './process-use.ts';
import { record } from './recorder.ts';

/** What one deploy showed, from the approver's click to the end of the run. */
export interface Deploy {
  readonly run: Run;
  readonly wallMs: number;
  /** The critical path of the run. */
  readonly steps: readonly StepWait[];
  /** Sum of its waits. */
  readonly waitMs: number;
  readonly slackCalls: number;
  readonly memoryMb: { readonly bot: number; readonly worker: number };
  /** Share of one core that each process used meanwhile, 1 for a whole one. */
  readonly cores: { readonly standIns: number; readonly worker: number };
}

const PATIENCE_SECONDS = 400;

/** Plans, approves and follows one deploy of a lab. Throws when it does not succeed. */
export const deploy = async (lab: Lab): Promise<Deploy> => {
  const callsBefore = lab.slack.calls.length;
  await lab.play('alice: /pgdist deploy postgres\nwait waiting for approval 120');
  const recording = record(lab.fleet);
  const cpu = (): { standIns: number; worker: number } => {
    const { user, system } = process.cpuUsage();
    return { standIns: (user + system) / 1000, worker: cpuMs(pidOf(lab.worker)) };
  };
  const before = cpu();
  await lab.play(`bob: approve\nwait succeeded ${PATIENCE_SECONDS}`);
  const run = await lab.ended();
  const after = cpu();
  recording.stop();
  const wallMs = Date.parse(run.endedAt ?? '') - clickedMs(lab);
  const steps = await waitsOf(run, recording);
  return {
    run,
    wallMs,
    steps,
    waitMs: steps.reduce((sum, { waitMs }) => sum + waitMs, 0),
    slackCalls: lab.slack.calls.length - callsBefore,
    memoryMb: { bot: residentMb(pidOf(lab.bot)), worker: residentMb(pidOf(lab.worker)) },
    cores: { standIns: (after.standIns - before.standIns) / wallMs, worker: (after.worker - before.worker) / wallMs },
  };
};

/** One deploy of a fleet of its own. */
export const deployOf = async (fleet: Parameters<typeof openLab>[0]): Promise<Deploy> => {
  const lab = await openLab(fleet);
  try {
    return await deploy(lab);
  } finally {
    await lab.close();
  }
};

/** Wall time at which the newest click was handed to the app. */
export const clickedMs = ({ slack }: Pick<Lab, 'slack'>): number => {
  const click = slack.deliveries.findLast(({ kind }) => kind === 'interactive');
  if (click === undefined) throw new Error('nobody clicked');
  return click.sentAt.getTime();
};

export const pidOf = ({ name, pid }: Lab['bot']): number => {
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
};
