import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { filled, INSTALLING, LOOK, missingPlaces, PAGE, sectionOf } from '../lab/page.ts';

test('every block of the page is followed on the lab: typed, or kept under the name that it bears', () => {
  const followed: readonly number[] = [...INSTALLING, LOOK];
  expect(PAGE.length).toBeGreaterThan(7);
  expect(PAGE.filter((block) => !followed.includes(sectionOf(block)))).toEqual([]);
  expect(PAGE.filter(({ language, title }) => (language === 'sh') === (title !== undefined))).toEqual([]);
});

test('what is filled in stands on the page, and leaves YAML that can be read', () => {
  expect(missingPlaces()).toEqual([]);
  const [file] = PAGE.filter(({ title }) => title === 'pgdist.yaml');
  const config = parse(filled(file!.text, { repository: '/r', hubApiServer: 'https://hub:6443', probeImage: 'busybox:1' })) as Record<string, object>;
  expect(config).toMatchObject({
    hub: { apiServer: 'https://hub:6443' },
    kubedb: { chart: expect.any(String) },
    kubeslice: { chart: expect.any(String) },
  });
  expect(config['probeImage']).toBe('busybox:1');
});
