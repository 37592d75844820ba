import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest } from '../errors.ts';
import type { Answer } from '../http/answer.ts';
import type { Fields } from '../object.ts';
import { notStarted, podTarget } from './target.ts';

/** GET of the log subresource: the lines so far, the last ones by tailLines or limitBytes. `follow` ends at once, `previous` is refused without a restart. */
export const podLog = async (cluster: Cluster, call: Call): Promise<Answer> => {
  const { query, name = '', namespace = '' } = call;
  const { pod, backend, container } = podTarget(cluster, call);
  const status = ((pod['status']?.containerStatuses ?? []) as Fields[]).find((one) => one['name'] === container);
  const isPrevious = query.get('previous') === 'true';
  if (isPrevious && status?.['lastState']?.terminated === undefined)
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const text = await backend.logs({ namespace, pod: name, container });
  if (text === undefined) throw notStarted(container, pod);
  return { code: 200, text: clipped(text, query), contentType: 'text/plain' };
};

const clipped = (text: string, query: URLSearchParams): string => {
  const tail = query.get('tailLines');
  const limit = query.get('limitBytes');
  const lines = text.split('\n');
  const hasEnd = lines.at(-1) === '';
  const kept =
    tail === null ? text : Number(tail) === 0 ? '' : `${(hasEnd ? lines.slice(0, -1) : lines).slice(-Number(tail)).join('\n')}${hasEnd ? '\n' : ''}`;
  return limit === null ? kept : Buffer.from(kept).subarray(0, Number(limit)).toString();
};
