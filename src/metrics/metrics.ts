import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Leases } from '../ports/lease.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { CallBudget } from '../ports/call-budget.ts';
import type { CallObserver, EndsObserver, Observer } from '../ports/observer.ts';
import { instrumentsIn } from './instruments.ts';
import { measuredBudget } from './measured-budget.ts';
import { clusterCalls } from './cluster-calls.ts';
import { measuredLeases } from './measured-leases.ts';
import { measuredStore } from './measured-store.ts';
import { endsObserver, observer } from './observer.ts';
import { standingOf, type StandingSources } from './standing.ts';

/** Everything that a process counts, with what stands around its ports so that it is counted. */
interface Metrics {
  store(store: RunStore): RunStore;
  leases(leases: Leases): Leases;
  budget(budget: CallBudget): CallBudget;
  readonly observe: Observer;
  readonly observeEnds: EndsObserver;
  /** Of the clusters of that fleet. */
  callsOf(fleet: string): CallObserver;
  /** What is asked of Redis when somebody scrapes: the same in every process. */
  stand(sources: StandingSources): void;
  /** The text of Prometheus' exposition format. Never rejects. */
  text(): Promise<string>;
}

/** The content type of `text`. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The registry of one process. */
export const createMetrics = ({ process, fleets }: { readonly process: 'bot' | 'worker'; readonly fleets: readonly string[] }): Metrics => {
  const register = new Registry();
  register.setDefaultLabels({ process });
  collectDefaultMetrics({ register });
  const instruments = instrumentsIn(register);
  return {
    store: (store) => measuredStore(store, instruments, fleets),
    leases: (leases) => measuredLeases(leases, instruments),
    budget: (budget) => measuredBudget(budget, instruments),
    observe: observer(instruments),
    observeEnds: endsObserver(instruments),
    callsOf: (fleet) => clusterCalls(instruments, fleet),
    stand: (sources) => standingOf(register, sources, fleets),
    text: () => register.metrics(),
  };
};
