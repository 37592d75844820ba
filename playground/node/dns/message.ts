/** The part of DNS messages (RFC 1035) that looking up addresses needs. */
export interface Question {
  /** Lower case, without the final dot. */
  readonly name: string;
  /** 1 = A, 28 = AAAA. */
  readonly type: number;
}

export interface Answer {
  readonly rcode: 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN' | 'REFUSED';
  /** IPv4 addresses, for A questions. */
  readonly addresses: readonly string[];
}

export type Resolve = (question: Question) => Promise<Answer>;

export const TYPE_A = 1;
const RCODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const HEADER_BYTES = 12;
const TTL_SECONDS = 30;

interface Query extends Question {
  readonly id: number;
}

/** Reads a query with one question; throws on anything else. */
export const readQuery = (message: Buffer): Query => {
  if (message.length < HEADER_BYTES || message.readUInt16BE(4) !== 1) throw new Error('not a DNS query with one question');
  const { name, end } = readName(message, HEADER_BYTES);
  return { id: message.readUInt16BE(0), name, type: message.readUInt16BE(end) };
};

/** The bytes of a question. */
export const writeQuery = ({ id, name, type }: Query): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, writeQuestion({ name, type })]);
};

export const writeAnswer = ({ id, name, type }: Query, { rcode, addresses }: Answer): Buffer => {
  const records = type === TYPE_A ? addresses : [];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x8580 | RCODES[rcode], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, writeQuestion({ name, type }), ...records.map(writeAddress)]);
};

/** What an answer says. */
export const readAnswer = (message: Buffer): Answer & { readonly id: number } => {
  const code = message.readUInt16BE(2) & 0xf;
  const rcode = (Object.keys(RCODES) as (keyof typeof RCODES)[]).find((name) => RCODES[name] === code) ?? 'SERVFAIL';
  const addresses: string[] = [];
  let at = readName(message, HEADER_BYTES).end + 4;
  for (let left = message.readUInt16BE(6); left > 0; left -= 1) {
    const { end } = readName(message, at);
    const length = message.readUInt16BE(end + 8);
    if (message.readUInt16BE(end) === TYPE_A) addresses.push([...message.subarray(end + 10, end + 14)].join('.'));
    at = end + 10 + length;
  }
  return { id: message.readUInt16BE(0), rcode, addresses };
};

const writeQuestion = ({ name, type }: Question): Buffer => {
  const labels = name.split('.').filter((label) => label !== '');
  const parts = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...parts, Buffer.from([0, type >> 8, type & 0xff, 0, 1])]);
};

/** Points back at the name of the question. */
const writeAddress = (address: string): Buffer => {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(TTL_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  for (const [index, octet] of address.split('.').entries()) record[12 + index] = Number(octet);
  return record;
};

const readName = (message: Buffer, start: number): { readonly name: string; readonly end: number } => {
  const labels: string[] = [];
  let end: number | undefined;
  let at = start;
  for (let hops = 0; hops < 64; hops += 1) {
    const length = message.readUInt8(at);
    if (length === 0) return { name: labels.join('.').toLowerCase(), end: end ?? at + 1 };
    if (length >= 0xc0) {
      end ??= at + 2;
      at = message.readUInt16BE(at) & 0x3fff;
      continue;
    }
    labels.push(message.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += length + 1;
  }
  throw new Error('a name without end');
};
