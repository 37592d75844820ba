import { Document } from 'yaml';
import { rightText, type NeededRight } from '../src/domain/right.ts';
import { nearlyAdmin, rolesFor, type RulesOfPlace, type Subject } from '../src/domain/roles.ts';

/** The roles as YAML for kubectl apply, with a comment on each rule: what for, for whom, and how close to an administrator it comes. */
export const rbacYaml = (rights: readonly NeededRight[], subject: Subject, head: readonly string[]): string => {
  const documents = rolesFor(rights, subject).map(({ object, of }) => {
    const document = new Document(object);
    if (of !== undefined) of.rules.forEach(({ rights: granted }, at) => comment(document, at, granted));
    return document.toString({ lineWidth: 0 });
  });
  return `${[...head, ...warnings(rights)].map((line) => `# ${line}`.trimEnd()).join('\n')}\n---\n${documents.join('---\n')}`;
};

const comment = (document: Document, at: number, granted: RulesOfPlace['rules'][number]['rights']): void => {
  const node = document.getIn(['rules', at], true);
  if (typeof node !== 'object' || node === null) return;
  const whys = new Set(granted.map(({ why, neededBy }) => ` to ${why}: ${neededBy.join(', ')}`));
  const close = new Set(granted.flatMap((right) => nearlyAdmin(right) ?? []).map((text) => ` NEARLY ADMINISTRATOR: ${text}`));
  (node as { commentBefore?: string }).commentBefore = [...close, ...whys].join('\n');
};

const warnings = (rights: readonly NeededRight[]): string[] => {
  const close = rights.flatMap((right) => {
    const why = nearlyAdmin(right);
    return why === undefined ? [] : [`- ${rightText(right)}: ${why}`];
  });
  if (close.length === 0) return ['', 'None of these rights comes close to those of an administrator.'];
  const power = rights.some(({ verb, resource }) => ['escalate', 'bind'].includes(verb) && resource === 'clusterroles');
  return [
    '',
    ...(power
      ? [
          'With escalate and bind on clusterroles this user can make itself administrator of the cluster. It needs them to',
          'install operators, which get roles of their own; --without-installers prints what remains once they are installed by hand.',
          '',
        ]
      : []),
    'Nearly those of an administrator:',
    ...close,
  ];
};
