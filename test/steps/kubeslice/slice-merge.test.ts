import { expect, test } from 'vitest';
import { sliceConfigSchema } from '../../../src/steps/kubeslice/objects.ts';
import { sliceManifest } from '../../../src/steps/kubeslice/slice-manifest.ts';
import { mergeSlice } from '../../../src/steps/kubeslice/slice-merge.ts';
import { databaseOf, fleetOf } from '../../support/fleet.ts';

const fleet = fleetOf(['tokyo', 'osaka'], { slice: { maxClusters: 3 } });
const database = databaseOf(['tokyo', 'osaka']);
const existing = (...clusters: string[]) => {
  const { spec, metadata, ...kind } = sliceManifest(fleet, database);
  return sliceConfigSchema.parse({ ...kind, metadata: { ...metadata, resourceVersion: '1' }, spec: { ...(spec as object), clusters } });
};

test('a slice that has no room for the clusters of the fleet beside those of others is told before anything is written', () => {
  expect(mergeSlice(existing('tokyo', 'paris', 'oslo'), fleet, database).immovable).toEqual([
    'spec.clusters would be 4 clusters, 3 of which are there, and spec.maxClusters leaves room for 3',
  ]);
  expect(mergeSlice(existing('tokyo', 'paris'), fleet, database).immovable).toEqual([]);
});
