import { TYPE_A } from '../dns/message.ts';
import type { ShellIo, Tool } from './tool.ts';

const nameserversOf = (resolvConf: string): string[] => [...resolvConf.matchAll(/^nameserver (\S+)$/gm)].map(([, address = '']) => address);

/** The names that the search list makes of one, in the order in which they are asked for. */
const candidates = (name: string, resolvConf: string): string[] => {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searches = (/^search (.*)$/m.exec(resolvConf)?.[1] ?? '').split(' ').filter((one) => one !== '');
  const searched = searches.map((domain) => `${name}.${domain}`);
  return name.split('.').length > 5 ? [name, ...searched] : [...searched, name];
};

/** `nslookup NAME [SERVER]` of BusyBox: without the search list, and A and AAAA of one name. */
export const nslookupTool: Tool = async ([name = '', server], { stdout, stderr, resolvConf, ask }) => {
  const address = server ?? nameserversOf(resolvConf)[0] ?? '127.0.0.1';
  const asked = name.replace(/\.$/, '');
  const answer = await ask(address, { name: asked.toLowerCase(), type: TYPE_A });
  if (answer === undefined) {
    stderr(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  stdout(`Server:\t\t${address}\nAddress:\t${address}:53\n\n`);
  if (answer.rcode !== 'NOERROR') {
    for (let type = 0; type < 2; type += 1) stdout(`** server can't find ${name}: ${answer.rcode}\n\n`);
    return 1;
  }
  if (answer.addresses.length === 0) {
    stdout(`*** Can't find ${name}: No answer\n\n`);
    return 1;
  }
  for (const found of answer.addresses) stdout(`Name:\t${asked}\nAddress: ${found}\n`);
  stdout('\n');
  return 0;
};

/** `getent hosts NAME`: what the C library finds; 2 when there is nothing, whatever the reason. */
export const getentTool: Tool = async ([database = '', name = ''], io) => {
  if (!['hosts', 'ahosts', 'ahostsv4'].includes(database)) return 1;
  for (const candidate of candidates(name, io.resolvConf)) {
    const found = await firstAnswer(candidate, io);
    if (found.length === 0) continue;
    for (const address of found) io.stdout(`${address.padEnd(16)}${candidate}\n`);
    return 0;
  }
  return 2;
};

const firstAnswer = async (name: string, { resolvConf, ask }: ShellIo): Promise<readonly string[]> => {
  for (const address of nameserversOf(resolvConf)) {
    const answer = await ask(address, { name: name.toLowerCase(), type: TYPE_A });
    if (answer !== undefined) return answer.addresses;
  }
  return [];
};
