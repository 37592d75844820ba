import type { BlockIssue } from './issue.ts';

/** Ids that occur twice in one message or view. */
export const duplicateIds = (blocks: readonly unknown[], root: string): BlockIssue[] => {
  const seen = { block_id: new Set<string>(), action_id: new Set<string>(), task_id: new Set<string>() };
  const issues: BlockIssue[] = [];
  const walk = (value: unknown, pointer: string): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, `${pointer}/${index}`);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [member, inner] of Object.entries(value)) {
      if ((member === 'block_id' || member === 'action_id' || member === 'task_id') && typeof inner === 'string') {
        if (seen[member].has(inner)) {
          issues.push({ pointer: `${pointer}/${member}`, code: 'duplicate_id', message: `\`${member}\` "${inner}" already exists` });
        }
        seen[member].add(inner);
      } else walk(inner, `${pointer}/${member}`);
    }
  };
  walk(blocks, root);
  return issues;
};
