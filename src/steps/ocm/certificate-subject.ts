/** What a certificate request asks for. */
interface CertificateSubject {
  readonly commonNames: readonly string[];
  readonly organizations: readonly string[];
  /** What else it asks for, in words: other attributes of the subject by their identifier, values in an unusual encoding, extensions. */
  readonly others: readonly string[];
}

/** One DER element: tag, content, and where the next one begins. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
/** [0] of CertificationRequestInfo: attributes, among them the extensions that the certificate should have. */
const ATTRIBUTES = 0xa0;
/** UTF8String and PrintableString: of all others decoders make different names. */
const PLAIN_STRINGS = [0x0c, 0x13];
/** Content of the object identifiers 2.5.4.3 and 2.5.4.10 (RFC 5280, appendix A.1). */
const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';
/** A request of an agent has about 600 bytes; a subject of thousands of attributes is nobody's. */
const MOST_CHARACTERS = 16_384;

/** One PEM block and nothing beside it: of several the API server and we might read different ones. */
const ONE_BLOCK = /^\s*-----BEGIN CERTIFICATE REQUEST-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE REQUEST-----\s*$/;

/** Reads what a PEM PKCS#10 request (RFC 2986) asks for. undefined for anything that is not one such request, down to its last byte. */
export const subjectOfRequest = (pem: string): CertificateSubject | undefined => {
  const body = pem.length > MOST_CHARACTERS ? undefined : ONE_BLOCK.exec(pem)?.[1];
  if (body === undefined) return undefined;
  try {
    const bytes = Buffer.from(body, 'base64');
    const request = element(bytes, 0, SEQUENCE);
    // CertificationRequest { CertificationRequestInfo { version, subject, key, attributes }, … }
    const [version, subject, , attributes] = children(element(request.content, 0, SEQUENCE));
    if (request.end !== bytes.length || version?.tag !== INTEGER || subject?.tag !== SEQUENCE) return undefined;
    const names = children(subject).flatMap((set) => children(expect(set, SET)).map((pair) => nameOf(expect(pair, SEQUENCE))));
    const valuesOf = (identifier: string): string[] => names.filter(({ type }) => type === identifier).map(({ value }) => value);
    return {
      commonNames: valuesOf(COMMON_NAME),
      organizations: valuesOf(ORGANIZATION),
      others: [
        ...names.filter(({ type }) => type !== COMMON_NAME && type !== ORGANIZATION).map(({ type }) => `subject attribute ${type}`),
        ...names.filter(({ plain }) => !plain).map(({ type }) => `unusual encoding of subject attribute ${type}`),
        ...(attributes === undefined || (attributes.tag === ATTRIBUTES && attributes.content.length === 0) ? [] : ['extensions']),
      ],
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** `type` is the identifier's content in hex. */
const nameOf = (pair: Element): { readonly type: string; readonly value: string; readonly plain: boolean } => {
  const [type, value, ...rest] = children(pair);
  if (type === undefined || value === undefined || rest.length > 0) throw new RangeError('DER name without a value');
  const text = value.content.toString('utf8');
  return { type: type.content.toString('hex'), value: text, plain: PLAIN_STRINGS.includes(value.tag) && /^[\x20-\x7e]+$/.test(text) };
};

const children = (parent: Element): Element[] => {
  const found: Element[] = [];
  for (let at = 0; at < parent.content.length;) {
    const next = element(parent.content, at);
    found.push(next);
    at = next.end;
  }
  return found;
};

const expect = (found: Element, tag: number): Element => {
  if (found.tag !== tag) throw new RangeError(`DER tag ${found.tag} where ${tag} was expected`);
  return found;
};

/** Throws RangeError when the bytes end early or the tag is another. */
const element = (bytes: Buffer, at: number, tag?: number): Element => {
  const first = bytes.readUInt8(at + 1);
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || lengthBytes > 4) throw new RangeError('DER length of an unknown form');
  const start = at + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  if (start + length > bytes.length) throw new RangeError('DER content cut short');
  const found = { tag: bytes.readUInt8(at), content: bytes.subarray(start, start + length), end: start + length };
  return tag === undefined ? found : expect(found, tag);
};
