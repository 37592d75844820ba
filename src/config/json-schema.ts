import { z } from 'zod';
import { fileSchema } from './schema.ts';

/** JSON Schema of pgdist.yaml for editors, as it stands in pgdist.schema.json. */
export const jsonSchema = (): string => `${JSON.stringify({ title: 'pgdist.yaml', ...z.toJSONSchema(fileSchema, { io: 'input' }) }, undefined, 2)}\n`;
