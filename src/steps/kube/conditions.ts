import { z } from 'zod';
import { cut } from '../../domain/cut.ts';
import { withoutGoValues } from '../../domain/go-values.ts';
import { list, text, maybeText } from './lenient.ts';

const condition = z.object({
  type: z.string(),
  status: z.string().catch('Unknown'),
  reason: text,
  message: text,
  lastTransitionTime: maybeText,
  /** Of the object when the condition was written; 0 where it is not told. */
  observedGeneration: z.number().catch(0),
});
export type Condition = z.infer<typeof condition>;

/** Conditions as nearly every kind of object has them in its status; empty while nobody has looked at the object. */
export const conditions = list(condition);

interface Conditioned {
  readonly status: { readonly conditions: readonly Condition[] };
}

export const conditionOf = ({ status }: Conditioned, type: string): Condition | undefined =>
  status.conditions.find((candidate) => candidate.type === type);

/** A condition that is not told is not True. */
export const isTrue = (object: Conditioned, type: string): boolean => conditionOf(object, type)?.status === 'True';

/** 'HubConnectionDegraded is True: BootstrapSecretError (dial tcp: connection refused)' */
export const toldCondition = ({ type, status, reason, message }: Condition): string =>
  `${type} is ${status}${reason === '' ? '' : `: ${reason}`}${message === '' ? '' : ` (${cut(inOneLine(withoutGoValues(message)), 300)})`}`;

const inOneLine = (words: string): string =>
  words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ');
