import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from '../../playground/faults/catalogue.ts';
import { type Diagnosis, ranked } from '../../src/domain/diagnosis.ts';
import { plainText } from '../../src/domain/text.ts';
import { diagnosedFleet, type DiagnosedFleet } from '../support/diagnosed-fleet.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let fleet: DiagnosedFleet;

beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait succeeded
  `);
  fleet = await diagnosedFleet(playground);
});
afterAll(async () => {
  await fleet?.close();
  await playground?.close();
});

const told = (found: Diagnosis): string =>
  ranked(found)
    .map(
      ({ problem, hop }, at) =>
        `${at + 1}. ${problem.code} ${plainText(problem.what)} [${hop}] ${problem.evidence.join(' | ')} -> ${plainText(problem.remedy)}`,
    )
    .join('\n');

const nothingFound = async (): Promise<void> => {
  const found = await fleet.look();
  expect(told(found)).toBe('');
};

test('a healthy fleet raises nothing', async () => {
  await eventually(nothingFound);
  expect(await fleet.look()).toMatchObject({ danger: [], also: [], follows: [], unasked: 0 });
});

test.each(FAULTS)('$id is named as $code: $plants', async ({ plant, code, says }) => {
  const mend = await plant(fleet.world);
  try {
    await eventually(async () => {
      const found = await fleet.look();
      const lead = found.danger[0] ?? found.cause;
      expect(lead?.problem.code, told(found)).toBe(code);
      const words = [lead?.problem.what, lead?.problem.remedy]
        .map((text) => (text === undefined ? '' : plainText(text)))
        .concat(lead?.problem.evidence ?? []);
      for (const word of says) expect(words.join('\n')).toContain(word);
      expect(found.also, told(found)).toEqual([]);
    });
  } finally {
    await mend();
  }
  await eventually(nothingFound);
});
