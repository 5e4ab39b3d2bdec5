// The calls of a program, by name. Everything about their shapes is in schema.ts, which is generated from the server's
// own description.

import { Core, type Options } from './core.js';
import type * as schema from './schema.js';

export { ShopbellConnectionError, ShopbellError, ShopbellValidationError } from './errors.js';
export type { Options } from './core.js';
export type * as schema from './schema.js';

export interface CallOptions {
  signal?: AbortSignal;
}

export interface SendOptions extends CallOptions {
  /** The same key again gets the first answer again; made at random where absent. */
  idempotencyKey?: string;
}

export type ListQuery = schema.operations['listMessages']['parameters']['query'];

/** An event, and where to go on once it has been dealt with. */
export interface Told<E> {
  event: E;
  /** Keep it when the event has been dealt with. Inside a page it stands before the page, so nothing is lost. */
  cursor: string;
}

export interface LogOptions extends CallOptions {
  /** A cursor of before; from the beginning where absent. */
  after?: string;
  /** Seconds that the server may hold one request; 25 where absent, at most 60. */
  waitSeconds?: number;
  /** Events in one answer; 100 where absent, at most 1000. */
  limit?: number;
}

interface LogPage<E> {
  events: E[];
  cursor: string;
}

export class Shopbell {
  readonly #core: Core;

  constructor(options: Options) {
    this.#core = new Core(options);
  }

  /** The one conversation of a participant; made if there is none yet. */
  getOrCreateConversation(participantId: schema.ParticipantId, options: CallOptions = {}) {
    const body: schema.GetOrCreateConversationRequest = { participantId };
    return this.#post<schema.GetOrCreateConversationAnswer>('/inbox/v2/conversations', body, options);
  }

  async getConversation(id: string, options: CallOptions = {}): Promise<schema.Conversation> {
    const answer = await this.#get<schema.GetConversationAnswer>(conversation(id), {}, options);
    return answer.conversation;
  }

  /** Sends a message of any type. Sent once, however often the connection breaks on the way. */
  async sendMessage(
    conversationId: string,
    message: schema.MessageDraft,
    options: SendOptions & Pick<schema.SendMessageRequest, 'sendAs' | 'sendNotifications' | 'silent'> = {},
  ): Promise<schema.Message> {
    const { signal, idempotencyKey, ...rest } = options;
    const body: schema.SendMessageRequest = { conversationId, message, ...rest };
    const answer = await this.#send<schema.SendMessageAnswer>('/inbox/v2/messages', body, { signal, idempotencyKey });
    return answer.message;
  }

  /** A page of messages, newest first unless asked otherwise. */
  listMessages(query: ListQuery, options: CallOptions = {}) {
    return this.#get<schema.ListMessagesAnswer>('/inbox/v2/messages', { ...query }, options);
  }

  /** All messages, page by page; neither gap nor repeat while others arrive. */
  async *messages(query: ListQuery, options: CallOptions = {}): AsyncGenerator<schema.Message, void, undefined> {
    let cursor: string | null | undefined = query['paging.cursor'];
    do {
      const next: ListQuery = cursor ? { ...query, 'paging.cursor': cursor } : query;
      const page = await this.listMessages(next, options);
      yield* page.messages;
      cursor = page.pagingMetadata.cursors.next;
    } while (cursor);
  }

  async getMessage(conversationId: string, messageId: string, options: CallOptions = {}): Promise<schema.Message> {
    const path = `${conversation(conversationId)}/messages/${encodeURIComponent(messageId)}`;
    return (await this.#get<schema.GetMessageAnswer>(path, {}, options)).message;
  }

  /** How far a message has got. */
  async messageIndications(conversationId: string, messageId: string, options: CallOptions = {}) {
    const path = `${conversation(conversationId)}/messages/${encodeURIComponent(messageId)}/indications`;
    return (await this.#get<schema.GetMessageIndicationsAnswer>(path, {}, options)).messageIndications;
  }

  async addMessageIndications(id: string, body: schema.AddMessageIndicationsRequest, options: CallOptions = {}) {
    await this.#post<schema.EmptyAnswer>(`${conversation(id)}/indications`, body, options);
  }

  async readConversation(id: string, body: schema.ReadConversationRequest = {}, options: CallOptions = {}) {
    await this.#post<schema.EmptyAnswer>(`${conversation(id)}/read`, body, options);
  }

  async conversationChannels(id: string, options: CallOptions = {}): Promise<string[]> {
    return (await this.#get<schema.ListConversationChannelsAnswer>(`${conversation(id)}/channels`, {}, options)).channelIds;
  }

  /** Deletes a conversation with everything that was said in it. Not repeated by itself: a second try would find nothing. */
  async deleteConversation(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#core.request('DELETE', conversation(id), { repeatable: false, signal });
  }

  /** Sends a text to a channel, with metadata that only programs read. */
  async sendChatMessage(request: schema.SendChatMessageRequest, options: SendOptions = {}): Promise<string> {
    return (await this.#send<schema.SendChatMessageAnswer>('/chat/v1/messages', request, options)).messageId;
  }

  /** What happens, oldest first, for as long as one reads. */
  events(options: LogOptions = {}): AsyncGenerator<Told<schema.Event>, void, undefined> {
    return this.#log<schema.Event>('/events/v1', options);
  }

  /** Texts that go through channels, with their metadata. */
  chatEvents(options: LogOptions = {}): AsyncGenerator<Told<schema.ChatEvent>, void, undefined> {
    return this.#log<schema.ChatEvent>('/chat/v1/events', options);
  }

  async *#log<E>(path: string, options: LogOptions): AsyncGenerator<Told<E>, void, undefined> {
    const { signal, limit = 100, waitSeconds = 25 } = options;
    let cursor = options.after ?? '';
    for (;;) {
      const page: LogPage<E> = await this.#get(path, { after: cursor, limit, wait: waitSeconds }, { signal });
      for (const [index, event] of page.events.entries()) {
        const last = index === page.events.length - 1;
        yield { event, cursor: last ? page.cursor : cursor };
      }
      cursor = page.cursor;
    }
  }

  #get<T>(path: string, query: Record<string, string | number | null | undefined>, { signal }: { signal?: AbortSignal | undefined }) {
    return this.#core.request<T>('GET', path, { query, repeatable: true, signal });
  }

  // Calls that say how something is, not what to add: twice is once.
  #post<T>(path: string, body: unknown, { signal }: CallOptions) {
    return this.#core.request<T>('POST', path, { body, repeatable: true, signal });
  }

  #send<T>(path: string, body: unknown, { signal, idempotencyKey }: { signal?: AbortSignal | undefined; idempotencyKey?: string | undefined }) {
    const headers = { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() };
    return this.#core.request<T>('POST', path, { body, headers, repeatable: true, signal });
  }
}

function conversation(id: string): string {
  return `/inbox/v2/conversations/${encodeURIComponent(id)}`;
}
