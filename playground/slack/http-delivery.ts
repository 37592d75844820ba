import { defaultAckTimeoutMs, within } from './ack-clock.ts';
import type { Deliver, MutableRecord, Parcel, Receipt } from './delivery.ts';
import type { FaultPlan } from './faults.ts';
import { headersFor } from './signing.ts';
import type { Workspace } from './workspace.ts';

/** Signed HTTP: commands and interactions as forms, events as JSON. Any answer but 2xx is dispatch_failed. */
export const createHttpDelivery =
  (given: { readonly workspace: Workspace; readonly faults: FaultPlan; readonly records: MutableRecord[]; readonly closing: AbortSignal }): Deliver =>
  async (parcel) => {
    const { workspace, faults, records, closing } = given;
    const fault = faults.takeDelivery();
    const record: MutableRecord = { kind: parcel.kind, over: 'http', outcome: 'pending', sentAt: workspace.clock.now(), extraAcks: 0 };
    records.push(record);
    const body = bodyOf(parcel);
    const headers = {
      ...headersFor(fault, { signingSecret: workspace.signingSecret, body, nowSeconds: Math.trunc(workspace.clock.now().getTime() / 1000) }),
      'content-type': parcel.kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...(parcel.retry ? { 'x-slack-retry-num': String(parcel.retry.number), 'x-slack-retry-reason': parcel.retry.reason } : {}),
    };
    const send = async (): Promise<Receipt> => {
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, closing]);
      const answer = post(parcel.url ?? '', body, headers, signal);
      const outcome = await within(workspace.clock, workspace.options.ackTimeoutMs ?? defaultAckTimeoutMs, closing, answer);
      stop.abort();
      return outcome === 'timeout' ? { result: 'operation_timeout' } : outcome;
    };
    const receipt = fault === 'lost' ? ({ result: 'operation_timeout' } as const) : await send();
    record.outcome = receipt.result;
    if (receipt.result === 'acknowledged') record.ackedAfterMs = workspace.clock.now().getTime() - record.sentAt.getTime();
    if (fault === 'duplicate' && (await send()).result === 'acknowledged') record.extraAcks += 1;
    return receipt;
  };

const bodyOf = ({ kind, payload }: Parcel): string => {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])).toString();
};

const post = async (url: string, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Receipt> => {
  try {
    const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
    const text = await response.text();
    return response.ok ? { result: 'acknowledged', ack: ackOf(text) } : { result: 'dispatch_failed' };
  } catch {
    return { result: 'dispatch_failed' };
  }
};

/** An acknowledgement is empty, JSON, or plain text to show. */
const ackOf = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
