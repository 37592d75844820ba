import { z } from 'zod';
import type { Block } from '../block.ts';

const input = z.looseObject({
  type: z.literal('input'),
  block_id: z.string(),
  optional: z.boolean().default(false),
  element: z.looseObject({
    type: z.string(),
    min_length: z.number().optional(),
    max_length: z.number().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
    is_decimal_allowed: z.boolean().optional(),
  }),
});

/** What a person's client refuses before the app sees it, by block_id. */
export const inputFaults = (blocks: readonly Block[], values: Readonly<Record<string, string | readonly string[]>>): Record<string, string> => {
  const faults: Record<string, string> = {};
  for (const block of blocks) {
    const parsed = input.safeParse(block);
    if (!parsed.success) continue;
    const fault = faultOf(parsed.data, values[parsed.data.block_id] ?? '');
    if (fault) faults[parsed.data.block_id] = fault;
  }
  return faults;
};

const faultOf = ({ element, optional }: z.infer<typeof input>, given: string | readonly string[]): string | undefined => {
  if (given.length === 0) return optional ? undefined : 'Please complete this required field.';
  if (typeof given !== 'string') return undefined;
  if (given.length < (element.min_length ?? 0)) return `Please enter at least ${element.min_length} characters.`;
  if (given.length > (element.max_length ?? Infinity)) return `Please enter no more than ${element.max_length} characters.`;
  return element.type === 'number_input' ? numberFault(element, given) : undefined;
};

const numberFault = (element: z.infer<typeof input>['element'], given: string): string | undefined => {
  const value = Number(given);
  if (Number.isNaN(value)) return 'Please enter a number.';
  if (!element.is_decimal_allowed && !Number.isInteger(value)) return 'Please enter a whole number.';
  if (element.min_value !== undefined && value < Number(element.min_value)) return `Please enter a number of at least ${element.min_value}.`;
  if (element.max_value !== undefined && value > Number(element.max_value)) return `Please enter a number of at most ${element.max_value}.`;
  return undefined;
};
