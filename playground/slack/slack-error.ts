/** Refusal of a Web API call: `{ ok: false, error }`, with Slack's name for it. */
export class SlackError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.details = details;
  }
}

/** With lines for response_metadata.messages, which is where Slack explains a refusal. */
export const refusal = (code: string, messages: readonly string[]): SlackError => new SlackError(code, { response_metadata: { messages } });
