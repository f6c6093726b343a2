import type { ServedUsage, UsageKind } from './served-usage.js';

/** A parsed JSON object; handlers narrow what they read. */
export type Json = Readonly<Record<string, unknown>>;

/** What the model wants to say: text, or a call of one of the offered tools. */
export interface Saying {
  readonly text: string;
  readonly toolCall: { readonly id: string; readonly name: string; readonly arguments: string } | undefined;
}

/** All an API needs to put one answer into its provider's words. */
export interface AnswerRequest {
  readonly body: Json;
  /** The dated model that answers. */
  readonly model: string;
  readonly usage: ServedUsage;
  /** Number of this answer, from 1; makes response ids unique. */
  readonly serial: number;
  readonly saying: Saying;
}

/** One JSON body, or server-sent events (`[DONE]` at the end where the provider sends it). */
export type Answer =
  | { readonly json: Json }
  | { readonly events: readonly ServerEvent[]; readonly endMark?: string };

export interface ServerEvent {
  readonly event?: string;
  readonly data: Json;
}

/** One endpoint of one provider. */
export interface Api {
  readonly path: string;
  readonly provider: string;
  readonly usageKind: (model: string) => UsageKind;
  /** False when the answer does not tell the usage (a chat stream without `include_usage`). */
  readonly usageOnWire: (body: Json) => boolean;
  readonly answer: (request: AnswerRequest) => Answer;
  readonly error: (status: number) => Json;
}
