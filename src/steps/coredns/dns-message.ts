/** One question and its answer in DNS's wire format (RFC 1035), as far as asking for an address needs it. */

const TYPE_A = 1;
const CLASS_IN = 1;
const RECURSION_DESIRED = 0x0100;
const HEADER_BYTES = 12;
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;
type Rcode = (typeof RCODES)[number] | 'OTHER';

export interface DnsAnswer {
  readonly id: number;
  readonly rcode: Rcode;
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
}

/** Throws on a name that is none: labels of 1 to 63 letters, digits, '-' or '_', 253 characters in all. */
export const encodeQuestion = (id: number, name: string): Buffer => {
  const labels = name.replace(/\.$/, '').split('.');
  if (name.length > 253 || labels.some((label) => !/^[A-Za-z0-9_-]{1,63}$/.test(label))) throw new Error(`${JSON.stringify(name)} is no DNS name`);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(RECURSION_DESIRED, 2);
  header.writeUInt16BE(1, 4);
  const question = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'ascii')]));
  return Buffer.concat([header, ...question, Buffer.from([0, 0, TYPE_A, 0, CLASS_IN])]);
};

/** Addresses of one name that are kept: a name of a slice has one per replica. */
const MOST_ADDRESSES = 64;
const POINTER = 0xc0;
const LONGEST_LABEL = 63;

/** Throws RangeError on a message that is cut short or holds what is no name; pointers are never followed, so none can lead in a circle. */
export const decodeAnswer = (message: Buffer): DnsAnswer => {
  const rcode = RCODES[message.readUInt16BE(2) & 0xf] ?? 'OTHER';
  let at = HEADER_BYTES;
  for (let left = message.readUInt16BE(4); left > 0; left -= 1) at = endOfName(message, at) + 4;
  const addresses: string[] = [];
  for (let left = message.readUInt16BE(6); left > 0; left -= 1) {
    const record = endOfName(message, at);
    const length = message.readUInt16BE(record + 8);
    const data = message.subarray(record + 10, record + 10 + length);
    if (message.readUInt16BE(record) === TYPE_A && data.length === 4 && addresses.length < MOST_ADDRESSES) addresses.push(data.join('.'));
    at = record + 10 + length;
  }
  return { id: message.readUInt16BE(0), rcode, addresses };
};

/** A name ends with an empty label or with a pointer to an earlier name. */
const endOfName = (message: Buffer, start: number): number => {
  let at = start;
  for (;;) {
    const length = message.readUInt8(at);
    if (length >= POINTER) return at + 2;
    if (length === 0) return at + 1;
    if (length > LONGEST_LABEL) throw new RangeError('no label of a name');
    at += length + 1;
  }
};
