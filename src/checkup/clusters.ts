import { rowsOf, type Area, type CheckupRow } from '../domain/checkup.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { PlannedStep } from '../domain/plan.ts';
import { typedAs } from '../domain/terminal.ts';
import { plainText, type Text } from '../domain/text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Procedure } from '../steps/context.ts';
import type { WalkTools } from '../walk/tools.ts';
import { planWalk } from '../walk/walk-plan.ts';

/** What the first steps of a plan find, as rows: the same checks, none of which writes. `naming`: of several fleets (domain/naming-fleet.ts). */
export const lookAtClusters = async (procedure: Procedure, tools: WalkTools, naming: (text: Text) => Text): Promise<CheckupRow[]> =>
  distinct((await planWalk(procedure, tools)).flatMap((step) => rowsOfStep(step, tools.fleet, naming)));

/** Several steps meet one silent cluster: it is told once. */
const distinct = (rows: readonly CheckupRow[]): CheckupRow[] => {
  const told = new Set<string>();
  return rows.filter(({ standing, remedy, says }) => {
    const key = standing === 'fault' ? `${says.split(' (')[0]} ${remedy}` : says;
    return told.size !== told.add(key).size;
  });
};

const rowsOfStep = ({ id, title, finding }: PlannedStep, fleet: Fleet, naming: (text: Text) => Text): CheckupRow[] => {
  const row = rowsOf(areaOf(id));
  switch (finding.kind) {
    case 'in-place':
      return [row.well(`${title} (${finding.evidence})`), ...(finding.warnings ?? []).map((words) => row.warning(words))];
    case 'change':
      return [row.well(`${title}: a deploy sees to it`)];
    case 'later':
      return [row.unknown(`${title}: cannot be told before ${finding.waitsFor}`)];
    case 'blocked':
      return finding.problems.map(({ code, what, evidence, remedy, means }) => {
        const lines = means?.kind === 'terminal' ? means.lines.map((line) => typedAs(line, fleet)) : [];
        return row.fault(
          `${plainText(what)} (${[code, ...evidence.slice(0, MOST_EVIDENCE)].join('; ')})`,
          [plainText(naming(remedy)), ...lines].join(' '),
        );
      });
  }
};

const areaOf = (stepId: string): Area => (stepId === 'preflight/tools-present' ? 'tools' : 'clusters');

/** A line is read; the plan has all of it. */
const MOST_EVIDENCE = 3;

/** Certificates and leases bear a second or two; ages of evidence become wrong by whatever it is. */
const SKEW_MS = { warning: 5_000, fault: 60_000 } as const;

/** How far a cluster's clock is from this machine's. `ask` resolves with the cluster's time as a whole second. */
export const lookAtClock = async (cluster: string, ask: () => Promise<Date | undefined>, clock: Clock): Promise<CheckupRow[]> => {
  const row = rowsOf('clusters');
  const before = clock.now().getTime();
  const theirs = await ask();
  const tookMs = clock.now().getTime() - before;
  if (theirs === undefined) return [row.unknown(`${cluster} does not say what time it is`)];
  // It was some instant within the second that was told, at some instant of the call.
  const aheadMs = theirs.getTime() + 500 - (before + tookMs / 2);
  const surelyMs = Math.max(0, Math.abs(aheadMs) - 500 - tookMs / 2);
  if (surelyMs < SKEW_MS.warning) return [row.well(`the clock of ${cluster} agrees with this machine's`)];
  const says = `the clock of ${cluster} is ${Math.round(surelyMs / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const remedy = `Have both set their clocks by NTP.`;
  return [surelyMs < SKEW_MS.fault ? row.warning(says, remedy) : row.fault(says, remedy)];
};
