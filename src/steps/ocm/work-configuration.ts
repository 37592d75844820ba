import type { FieldChange } from '../../domain/finding.ts';
import { type Klusterlet, withFeatureGate } from './objects.ts';

type WorkConfiguration = Klusterlet['spec']['workConfiguration'];

/** KubeDB reads pod conditions through this gate of the work agent. */
export const FEEDBACK_FEATURE_GATE = 'RawFeedbackJsonString';
/** The guide's step 2; lower rates throttle the agent while the database forms. They are the CRD's defaults, so that usually nothing changes. */
const LEAST_RATES = { hubKubeAPIQPS: 50, hubKubeAPIBurst: 100, kubeAPIQPS: 50, kubeAPIBurst: 100 } as const;
/** The default of one agent is 60 s, requeued at up to 114 s: each change of a pod would show on the hub that late. 11 s was measured with this. */
const SYNC_SECONDS = 10;

/** What is missing in spec.workConfiguration of a Klusterlet. Higher rates, shorter intervals and other gates of others stay. */
export const changesTo = (configuration: WorkConfiguration): FieldChange[] => {
  const gates = withFeatureGate(configuration.featureGates, FEEDBACK_FEATURE_GATE);
  const rates = Object.entries(LEAST_RATES).filter(([field, least]) => (configuration[field as keyof typeof LEAST_RATES] ?? 0) < least);
  const interval = configuration.statusSyncInterval;
  return [
    ...(gates === configuration.featureGates ? [] : [{ path: at('featureGates'), from: configuration.featureGates, to: gates }]),
    ...(interval !== undefined && secondsOf(interval) <= SYNC_SECONDS
      ? []
      : [{ path: at('statusSyncInterval'), ...(interval === undefined ? {} : { from: interval }), to: `${SYNC_SECONDS}s` }]),
    ...rates.map(([field, least]) => {
      const from = configuration[field as keyof typeof LEAST_RATES];
      return { path: at(field), ...(from === undefined ? {} : { from }), to: least };
    }),
  ];
};

/** What to write there; empty when nothing is missing. */
export const missingIn = (configuration: WorkConfiguration): Readonly<Record<string, unknown>> =>
  Object.fromEntries(changesTo(configuration).map(({ path, to }) => [path.slice(at('').length), to]));

/**
 * The same as values of the klusterlet chart, for a join: an agent that starts with its settings is not rolled out a second time. The gates are always
 * among them, as a join replaces that list.
 */
export const joinValues = (before: WorkConfiguration | undefined): Readonly<Record<string, unknown>> => {
  const configuration = before ?? { featureGates: [] };
  const featureGates = withFeatureGate(configuration.featureGates, FEEDBACK_FEATURE_GATE);
  return { klusterlet: { workConfiguration: { ...missingIn(configuration), featureGates } } };
};

const at = (field: string): string => `spec.workConfiguration.${field}`;

export const gateIsOn = (words: readonly string[]): boolean =>
  words.some(
    (word) => word.startsWith('--feature-gates=') && word.slice('--feature-gates='.length).split(',').includes(`${FEEDBACK_FEATURE_GATE}=true`),
  );
export const intervalIsShort = (words: readonly string[]): boolean =>
  words.some((word) => word.startsWith('--status-sync-interval=') && secondsOf(word.slice('--status-sync-interval='.length)) <= SYNC_SECONDS);

/** Seconds of '10s', '1m30s' as Klusterlet spells durations. */
const secondsOf = (duration: string): number =>
  [...duration.matchAll(/(?<!\d)(\d{1,9})(s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1),
    0,
  );
