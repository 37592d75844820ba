import type { Fields } from '../object.ts';
import { AGE, NAME, text, wide, type Column } from './column.ts';
import { humanAge } from './human-duration.ts';

const statusesOf = ({ status }: Fields): Fields[] => status?.containerStatuses ?? [];

/** What a pod comes to in one word, as kubectl shows it: the reason of what does not run before the phase. */
const podStatus = (pod: Fields): string => {
  const { status, metadata, spec } = pod;
  const starting = initStatus(pod);
  const reasons = statusesOf(pod).map(({ state }) => state?.waiting?.reason ?? terminationOf(state?.terminated));
  const reason = starting ?? reasons.toReversed().find((found) => found !== undefined) ?? status?.reason ?? status?.phase ?? 'Unknown';
  const runs = statusesOf(pod).some(({ state, ready }) => ready === true && state?.running !== undefined);
  if (metadata.deletionTimestamp !== undefined) return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  if ((spec?.schedulingGates?.length ?? 0) > 0 && status?.phase === 'Pending') return 'SchedulingGated';
  return reason === 'Completed' && runs ? 'Running' : reason;
};

const terminationOf = (terminated: Fields | undefined): string | undefined => {
  if (terminated === undefined) return undefined;
  const { reason, signal, exitCode } = terminated;
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
};

/** 'Init:1/2' and what else holds a pod before its containers; undefined when nothing does. */
const initStatus = ({ status, spec }: Fields): string | undefined => {
  const statuses: Fields[] = status?.initContainerStatuses ?? [];
  const at = statuses.findIndex(({ state, started }) => !(state?.terminated?.exitCode === 0 || started === true));
  if (at === -1) return undefined;
  const { waiting, terminated } = statuses[at]?.['state'] ?? {};
  const why = terminationOf(terminated) ?? (waiting?.reason === 'PodInitializing' ? undefined : waiting?.reason);
  return `Init:${why ?? `${at}/${spec?.initContainers?.length ?? statuses.length}`}`;
};

const restarts = (pod: Fields): string => {
  const statuses = statusesOf(pod);
  const total = statuses.reduce((sum, { restartCount }) => sum + Number(restartCount ?? 0), 0);
  const last = statuses
    .flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? [])
    .map(String)
    .toSorted()
    .at(-1);
  return total === 0 || last === undefined ? String(total) : `${total} (${humanAge(last)} ago)`;
};

export const POD: readonly Column[] = [
  NAME,
  text('Ready', (pod) => `${statusesOf(pod).filter(({ ready }) => ready === true).length}/${pod['spec']?.containers?.length ?? 0}`),
  text('Status', podStatus),
  text('Restarts', restarts),
  AGE,
  wide(text('IP', ({ status }) => status?.podIP || '<none>')),
  wide(text('Node', ({ spec }) => spec?.nodeName || '<none>')),
  wide(text('Nominated Node', ({ status }) => status?.nominatedNodeName || '<none>')),
  wide(text('Readiness Gates', readinessGates)),
];

function readinessGates({ spec, status }: Fields): string {
  const gates: Fields[] = spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const isTrue = ({ conditionType }: Fields): boolean =>
    (status?.conditions ?? []).some((condition: Fields) => condition['type'] === conditionType && condition['status'] === 'True');
  return `${gates.filter(isTrue).length}/${gates.length}`;
}
