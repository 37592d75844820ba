import type { Problem } from './problem.ts';
import { move, type Run } from './run.ts';
import { without } from './run-moves.ts';
import { code, told } from './text.ts';

/** The run as it ends where the configuration has other fleets and not its own any more: which licence, whose approvers, nobody can say. */
export const runOfGoneFleet = (run: Run, configured: readonly string[], now: Date): Run => {
  const at = now.toISOString();
  const { name, hub } = run.fleet;
  const problem: Problem = {
    code: 'PGD-095',
    what: told`Fleet ${code(name)} is not in \`pgdist.yaml\` any more`,
    evidence: [`run ${run.id} was asked for on fleet ${name}; configured are ${configured.join(', ')}`],
    remedy: told`Put the fleet back under \`fleets\` by this name, restart pgdist with it, and press Retry. What the run did stays in place.`,
  };
  const failure = { stepId: 'preflight/fleet-claimed', stepTitle: `fleet ${name} is configured`, cluster: hub, problems: [problem], at, afterMs: 0 };
  return { ...without(move(run, 'failed'), 'begun', 'acceptBy'), failure, startedAt: run.startedAt ?? at, endedAt: at };
};
