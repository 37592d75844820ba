import { expect, test } from 'vitest';
import { neededOn, rightText, type Right } from '../../src/domain/right.ts';

const right = (changes: Partial<Right> = {}): Right => ({
  cluster: 'tokyo',
  verb: 'get',
  group: '',
  resource: 'secrets',
  why: 'read it',
  ...changes,
});
const textsOf = (declared: Parameters<typeof neededOn>[1]): string[] => neededOn('tokyo', declared).map(rightText);

test('what several steps need is listed once, in the order in which it is first needed, with all who need it', () => {
  const rights = neededOn('tokyo', [
    { by: 'b', rights: [right({ verb: 'patch', resource: 'nodes' }), right()] },
    { by: 'elsewhere', rights: [right({ cluster: 'osaka' })] },
    { by: 'a', rights: [right(), right({ verb: 'patch', resource: 'nodes' })] },
  ]);
  expect(rights.map((one) => [rightText(one), one.neededBy])).toEqual([
    ['patch nodes', ['b', 'a']],
    ['get secrets', ['b', 'a']],
  ]);
});

test('a right that a wider one holds goes with it, unless an installer alone needs the wider one', () => {
  const narrow = right({ namespace: 'demo', name: 'auth' });
  expect(
    textsOf([
      { by: 'narrow', rights: [narrow] },
      { by: 'wide', rights: [right({ namespace: 'demo' })] },
    ]),
  ).toEqual(['get secrets in namespace demo']);
  expect(
    textsOf([
      { by: 'narrow', rights: [narrow] },
      { by: 'helm', rights: [right({ installer: true })] },
    ]),
  ).toEqual(['get secrets auth in namespace demo', 'get secrets']);
  const [both] = neededOn('tokyo', [
    { by: 'helm', rights: [right({ installer: true })] },
    { by: 'step', rights: [right()] },
  ]);
  expect(both).toMatchObject({ neededBy: ['helm', 'step'] });
  expect(both).not.toHaveProperty('installer');
});

/** How often a field of a right is read for so many steps of a large fleet, each with rights of its own objects. */
const readsFor = (steps: number): number => {
  let reads = 0;
  const counted = (one: Right): Right =>
    new Proxy(one, {
      get(target, key) {
        reads += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
  neededOn(
    'tokyo',
    Array.from({ length: steps }, (_, at) => ({
      by: `step-${at}`,
      rights: ['get', 'list', 'watch', 'patch'].map((verb) =>
        counted(right({ verb, resource: 'workerslicegateways', namespace: 'kubeslice-bench' })),
      ),
    })),
  );
  return reads;
};

test('the work grows with the number of steps and not with its square: a worker that is at it has no turn for its lease', () => {
  expect(readsFor(2_000) / readsFor(500)).toBeLessThan(5);
});
