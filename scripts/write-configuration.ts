import { writeFileSync } from 'node:fs';
import { configurationPage } from './configuration-page.ts';

/* npm run configuration: writes docs/configuration.md from src/config/schema.ts. */
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage());
