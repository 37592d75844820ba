import { stringify } from 'yaml';
import { INVITE_FIRST, slackManifest } from '../src/adapters/slack/manifest.ts';
import { loadCommands } from '../src/command/registry.ts';
import { asked, fail } from '../src/terminal/asked.ts';

// npm run manifest [-- --url https://pgdist.example/slack/events]: without a URL the app uses Socket Mode.
const { url } = asked({ url: { type: 'string' } }, 'manifest [--url https://pgdist.example/slack/events]');
if (url !== undefined && !url.startsWith('https://')) fail(`--url takes the https address of /slack/events, not ${url}`);

process.stdout.write(
  INVITE_FIRST.map((line) => `# ${line}\n`).join('') +
    stringify(slackManifest({ commands: await loadCommands(), ...(url === undefined ? {} : { requestUrl: url }) }), { lineWidth: 0 }),
);
