import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { problemPages } from './problem-pages.ts';

/* npm run problems: writes docs/problems.md and docs/problems/ from src/domain/problems/. */
const docs = new URL('../docs/', import.meta.url);
const pages = problemPages();
mkdirSync(new URL('problems/', docs), { recursive: true });
for (const [path, text] of pages) writeFileSync(new URL(path, docs), text);
for (const file of readdirSync(new URL('problems/', docs))) if (!pages.has(`problems/${file}`)) rmSync(new URL(`problems/${file}`, docs));
process.stdout.write(`${pages.size - 1} pages and their index\n`);
