/** Fields of one protobuf message, in order: number and value (varints as numbers, the rest as bytes). */
export const readMessage = (bytes: Uint8Array): readonly (readonly [number, number | Uint8Array])[] => {
  const fields: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new Error('unexpected EOF');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag & 7;
    const field = tag >> 3;
    if (wireType === 0) fields.push([field, varint()]);
    else if (wireType === 2) fields.push([field, take(varint())]);
    else if (wireType === 1) fields.push([field, take(8)]);
    else if (wireType === 5) fields.push([field, take(4)]);
    else throw new Error(`illegal wireType ${wireType}`);
  }
  return fields;
};
