import type { Manifest } from '../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from './kit.ts';
import { shortHash, stamp } from './objects.ts';

interface EventRecord {
  readonly about: Mutable;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Records an event; the same one again raises its count. */
export const recordEvent = async (client: OperatorClient, now: Date, { about, type, reason, message, component }: EventRecord): Promise<void> => {
  const { name, namespace = 'default', uid = '' } = about.metadata;
  const event = `${name}.${shortHash([about.kind, uid, reason, message], 16)}`;
  const time = stamp(now);
  const manifest = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: event, namespace },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, uid, ...(about.metadata.namespace === undefined ? {} : { namespace }) },
    type,
    reason,
    message,
    source: { component },
    reportingComponent: component,
    reportingInstance: component,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  } as Manifest;
  if ((await client.create(manifest)) !== undefined) return;
  const ref = { apiVersion: 'v1', kind: 'Event', namespace, name: event };
  const before = await client.get(ref);
  await client.merge(ref, { count: Number(before?.['count'] ?? 0) + 1, lastTimestamp: time });
};
