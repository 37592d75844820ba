import type { z } from 'zod';

/** One fault, as blocks.validate lists it. */
export interface BlockIssue {
  /** JSON pointer into what was sent, '/blocks/0/text'. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly constraint?: { readonly type: string; readonly expected?: readonly string[]; readonly got?: string };
}

/** Slack's wording in response_metadata.messages. */
export const issueLine = (issue: BlockIssue): string => `[ERROR] ${issue.message} [json-pointer:${issue.pointer}]`;

const pointerOf = (root: string, path: readonly PropertyKey[]): string =>
  [root, ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);

/** What zod found wrong with `value`, in Slack's words. `root` is the pointer of the value itself. */
export const issuesFrom = (error: z.ZodError, value: unknown, root: string): BlockIssue[] =>
  error.issues.flatMap((issue) => translate(issue, value, root));

const translate = (issue: z.core.$ZodIssue, value: unknown, root: string): BlockIssue[] => {
  const pointer = pointerOf(root, issue.path);
  const got = valueAt(value, issue.path);
  const last = String(issue.path.at(-1) ?? '');
  const parent = pointerOf(root, issue.path.slice(0, -1));
  if (issue.code === 'custom') return [{ pointer, code: 'invalid', message: issue.message }];
  if (got === undefined && issue.path.length > 0 && issue.code !== 'unrecognized_keys') {
    return [{ pointer: parent, code: 'missing_field', message: `missing required field: ${last}` }];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer, code: 'unknown_field', message: `invalid additional property: ${key}` }));
    case 'too_big':
      return [
        { pointer, code: 'too_big', message: tooBig(issue), constraint: { type: 'maximum', expected: [String(issue.maximum)], got: sizeOf(got) } },
      ];
    case 'too_small':
      return [
        {
          pointer,
          code: 'too_small',
          message: tooSmall(issue),
          constraint: { type: 'minimum', expected: [String(issue.minimum)], got: sizeOf(got) },
        },
      ];
    case 'invalid_union':
      return [unsupported(pointer, value, issue)];
    case 'invalid_value':
      return [
        {
          pointer,
          code: 'invalid_value',
          message: `must be one of: ${issue.values.join(', ')}`,
          constraint: { type: 'enum', expected: issue.values.map(String), got: String(got) },
        },
      ];
    case 'invalid_type':
      return [
        {
          pointer,
          code: 'invalid_type',
          message: `must be a valid ${issue.expected}`,
          constraint: { type: 'type', expected: [issue.expected], got: typeof got },
        },
      ];
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
    default:
      return [{ pointer, code: issue.code, message: issue.message }];
  }
};

const sizeOf = (value: unknown): string => String(typeof value === 'string' || Array.isArray(value) ? value.length : value);

const tooBig = (issue: z.core.$ZodIssueTooBig): string => {
  if (issue.origin === 'string') return `must be less than ${Number(issue.maximum) + 1} characters`;
  if (issue.origin === 'array') return `no more than ${issue.maximum} items allowed`;
  return `must be at most ${issue.maximum}`;
};

const tooSmall = (issue: z.core.$ZodIssueTooSmall): string => {
  if (issue.origin === 'string') return `must be more than ${Number(issue.minimum) - 1} characters`;
  if (issue.origin === 'array') return `no fewer than ${issue.minimum} items allowed`;
  return `must be at least ${issue.minimum}`;
};

/** zod puts the path of a failed discriminated union on the discriminator; Slack names the type it does not know. */
const unsupported = (pointer: string, value: unknown, issue: z.core.$ZodIssueInvalidUnion): BlockIssue => {
  const got = valueAt(value, issue.path);
  if (typeof got !== 'string') return { pointer, code: 'invalid', message: 'failed to match all allowed schemas' };
  return { pointer, code: 'unsupported_type', message: `unsupported type: ${got}`, constraint: { type: 'type', got } };
};
