import type { NeededRight } from '../src/domain/right.ts';
import { nearlyAdmin, rulesOf } from '../src/domain/roles.ts';

/** The same as rows of a Markdown table, one for each rule: where, what, verbs, names, what for. Installers' own are marked, and what is nearly an administrator's. */
export const rbacTable = (rights: readonly NeededRight[]): string => {
  const rows = rulesOf(rights).flatMap(({ namespace, rules }) =>
    rules.map(({ rule, rights: granted }) => {
      const [group] = rule.apiGroups;
      const [resource] = rule.resources;
      const whys = [...new Set(granted.map(({ why }) => why))].join('; ');
      const close = [...new Set(granted.flatMap((right) => nearlyAdmin(right) ?? []))];
      return [
        namespace === undefined ? 'everywhere' : `\`${namespace}\``,
        `\`${resource}\`${group === '' ? '' : ` (${group})`}`,
        rule.verbs.join(' '),
        rule.resourceNames?.map((name) => `\`${name}\``).join(' ') ?? '—',
        `${granted.every(({ installer }) => installer === true) ? '*installer*: ' : ''}${whys}${close.map((text) => `. **${text}**`).join('')}`,
      ];
    }),
  );
  return [['Where', 'What', 'Verbs', 'Names', 'What for'], Array.from({ length: 5 }, () => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};
