import type { ServerResponse } from 'node:http';
import { internalError, PlainTextError, statusOf, StatusError } from '../errors.ts';
import type { ApiObject } from '../object.ts';

/** A complete answer; exec, port-forward and watch write their own. */
export interface Answer {
  readonly code: number;
  readonly text: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (code: number, body: unknown, contentType = 'application/json'): Answer => ({
  code,
  text: `${JSON.stringify(body)}\n`,
  contentType,
});

const texts = new WeakMap<ApiObject, string>();

/** JSON of a stored object at a version, kept as long as the object: lists and all watches send the same text. */
export const objectText = (object: ApiObject, apiVersion: string): string => {
  if (object.apiVersion !== apiVersion) return JSON.stringify({ ...object, apiVersion });
  let text = texts.get(object);
  if (text === undefined) texts.set(object, (text = JSON.stringify(object)));
  return text;
};

export const errorAnswer = (error: unknown): Answer => {
  if (error instanceof PlainTextError)
    return { code: error.code, text: `${error.message}\n`, contentType: 'text/plain; charset=utf-8', headers: error.headers };
  const status = error instanceof StatusError ? error : internalError(error instanceof Error ? error.message : String(error));
  return json(status.code, statusOf(status));
};

export const sendAnswer = (
  response: ServerResponse,
  { code, text, contentType = 'application/json', headers = {} }: Answer,
  warnings: readonly string[] = [],
): void => {
  if (response.headersSent || response.destroyed) return;
  if (warnings.length > 0)
    response.setHeader(
      'warning',
      [...new Set(warnings)].map((warning) => `299 - ${JSON.stringify(warning)}`),
    );
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
    ...headers,
  });
  response.end(text);
};
