import { type QueueName, QUEUES, QUEUES_OF_ALL } from '../../ports/queue.ts';

/**
 * BullMQ's name of a queue. The first fleet, and one that is not configured, has the plain names, in which a version with one fleet looks. A job in a queue that
 * nobody takes from any more is queued again by the reconciler.
 */
export const queueId = (name: QueueName, fleet: string | undefined, fleets: readonly string[]): string =>
  fleet === undefined || QUEUES_OF_ALL.includes(name) || fleets.indexOf(fleet) < 1 ? name : `${name}-${fleet}`;

interface OneQueue {
  readonly id: string;
  readonly name: QueueName;
  /** Whose it is, where there are several. */
  readonly fleet?: string;
}

/** All queues of these fleets, each once. */
export const queuesOf = (fleets: readonly string[]): readonly OneQueue[] =>
  QUEUES.flatMap((name): readonly OneQueue[] =>
    fleets.length < 2 || QUEUES_OF_ALL.includes(name)
      ? [{ id: name, name }]
      : fleets.map((fleet) => ({ id: queueId(name, fleet, fleets), name, fleet })),
  );
