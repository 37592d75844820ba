import { jsonSchema } from '../src/config/json-schema.ts';

process.stdout.write(jsonSchema());
