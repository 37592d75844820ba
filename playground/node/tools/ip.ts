import type { Tool } from './tool.ts';

/** `ip [-o] route get ADDRESS` and `ip route` of a node behind the gateway .1 of its /24. */
export const ipTool: Tool = async (args, { stdout, stderr, hostIp }, { interfaceName }) => {
  const oneLine = args.includes('-o');
  const [object = '', verb = 'show', address = ''] = args.filter((arg) => !arg.startsWith('-'));
  const gateway = hostIp.replace(/\.\d+$/, '.1');
  if (!/^r(o|ou|out|oute)?$/.test(object)) {
    stderr(`Object "${object}" is unknown, try "ip help".\n`);
    return 1;
  }
  if (verb === 'get') {
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) {
      stderr(`Error: any valid prefix is expected rather than "${address}".\n`);
      return 1;
    }
    const near = address.replace(/\.\d+$/, '') === hostIp.replace(/\.\d+$/, '');
    const way = near ? '' : `via ${gateway} `;
    stdout(`${address} ${way}dev ${interfaceName} src ${hostIp} uid 0 ${oneLine ? '\\' : '\n'}    cache \n`);
    return 0;
  }
  stdout(
    `default via ${gateway} dev ${interfaceName} \n${gateway.replace(/1$/, '0')}/24 dev ${interfaceName} proto kernel scope link src ${hostIp} \n`,
  );
  return 0;
};
