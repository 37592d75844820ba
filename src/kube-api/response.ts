import type { Dispatcher } from 'undici';
import { ApiError, cut, isNotTaken, sizeText, statusOf, tooLarge, unusable } from './api-error.ts';
import { jsonOrNothing, parseJson, UnusableJsonError } from './bounded-json.ts';
import type { Intake } from './intake.ts';
import { INTAKE, LIMITS } from './limits.ts';

interface Reading {
  readonly mostBytes: number;
  readonly intake: Intake;
  readonly signal: AbortSignal;
}

type Response = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** The whole body as text. Throws ApiError, at once and with the connection destroyed, when it is compressed or larger than allowed. */
export const readText = async (response: Response, { mostBytes, intake, signal }: Reading): Promise<string> => {
  const { statusCode, headers, body } = response;
  const excess = (): ApiError => tooLarge(`the answer is larger than ${sizeText(mostBytes)}`, statusCode);
  let giveBack = (): void => undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    refuseEncoded(response);
    if (Number(headers['content-length']) > mostBytes) throw excess();
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const before = bytes;
      bytes += chunk.length;
      if (bytes > mostBytes) throw excess();
      if (before <= INTAKE.largeBytes && bytes > INTAKE.largeBytes) giveBack = await intake.turn(signal);
      chunks.push(chunk);
      await intake.take(chunk.length, signal);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    discard(response);
    throw error;
  } finally {
    giveBack();
  }
};

/** The parsed body, and what it counts in bytes. Throws ApiError also for what is no JSON, or JSON beyond LIMITS. */
export const readJson = async (response: Response, reading: Reading): Promise<{ readonly value: unknown; readonly cost: number }> => {
  const text = await readText(response, reading);
  try {
    const { value, parts } = parseJson(text);
    const cost = Math.max(text.length, parts * INTAKE.bytesPerPart);
    await reading.intake.take(cost - text.length, reading.signal);
    return { value, cost };
  } catch (error) {
    if (!(error instanceof UnusableJsonError)) throw error;
    throw (error.large ? tooLarge : unusable)(`the answer is ${error.message}`, response.statusCode);
  }
};

/** What an answer other than 2xx says. */
export const readRefusal = async (response: Response, reading: Omit<Reading, 'mostBytes'>): Promise<ApiError> => {
  const { statusCode, headers } = response;
  if (statusCode >= 300 && statusCode < 400 && statusCode !== 304) {
    discard(response);
    return unusable(`the answer sends elsewhere (HTTP ${statusCode}), which is not followed`, statusCode);
  }
  const retryAfter = Number(headers['retry-after']);
  const retryAfterMs = Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : undefined;
  try {
    const text = await readText(response, { ...reading, mostBytes: LIMITS.refusalBytes });
    return refusalIn(text, statusCode, retryAfterMs);
  } catch (error) {
    if (!isNotTaken(error)) throw error;
    return new ApiError({ code: statusCode, reason: 'Unknown', message: `HTTP ${statusCode}, and ${error.message}` }, retryAfterMs);
  }
};

/** What an API server says of a path that it does not serve; of everything else it says a Status. */
const NOT_SERVED = '404 page not found';

/**
 * The refusal in the body of an answer. What stands before the API server (a proxy, a portal) knows neither what is there nor who may what: its 404, and
 * its page in the place of another answer, is not taken. From 500 on whatever is said is that nobody answers.
 */
export const refusalIn = (text: string, code: number, retryAfterMs?: number): ApiError => {
  const value = jsonOrNothing(text);
  const isServers = (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status') || text.trim() === NOT_SERVED;
  const isPage = /^\s*</.test(text);
  if ((code === 404 && !isServers) || (code < 500 && isPage))
    return unusable(`what answers is no API server: HTTP ${code}, ${cut(text.trim().replace(/\s+/g, ' '), 100) || 'without a word'}`, code);
  return new ApiError(statusOf(value, code, text), retryAfterMs);
};

/** Refuses what would have to be unpacked: nothing was asked for but plain bytes, and 1 kB of deflate may hold 1 MB. */
export const refuseEncoded = ({ statusCode, headers }: Pick<Response, 'statusCode' | 'headers'>): void => {
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding !== 'identity') throw unusable(`the answer is compressed (${cut(encoding, 20)}), which was not asked for`, statusCode);
};

/** Ends an answer that is not read to its end, with its connection. */
export const discard = ({ body }: Pick<Response, 'body'>): void => {
  body.on('error', () => undefined);
  body.destroy();
};
