import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchema } from '../../src/config/json-schema.ts';

test('the schema for editors in the repository is the one that pgdist checks (npm run schema > pgdist.schema.json)', () => {
  expect(readFileSync(new URL('../../pgdist.schema.json', import.meta.url), 'utf8')).toBe(jsonSchema());
});
