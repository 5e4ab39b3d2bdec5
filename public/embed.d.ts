/**
 * Types of Shopbell's embed: `<shopbell-chat>`, `window.Shopbell` and the events. Explained in docs/embed.md.
 * A test compares the names here with embed.js.
 */

/** Which channel is meant. With a `channelId` the type is ignored; without either it is the business's channel. */
export interface ChannelInfo {
  channelId?: string;
  type?: 'Focused' | 'Business';
}

/** A message as the page may see it. */
export interface ChatMessage {
  channelId: string;
  type: 'TEXT';
  /** The first 250 characters of the text. */
  summary: string;
  participantId: string;
  createdAt: Date;
  payload: { text: string };
}

/** A conversation as the page may see it. */
export interface Channel {
  id: string;
  displayData: { name: string; initials: string };
  /** Only the last message, if there is one. */
  messages: ChatMessage[];
}

/** As the Inbox API has it: exactly one is there. */
export interface ParticipantId {
  anonymousVisitorId?: string;
  contactId?: string;
  memberId?: string;
}

export interface SendMessage {
  messageText: string;
  /** Without it the message goes to the business. */
  channelId?: string;
}

/** `idle`: no frame yet, so no connection is wanted. */
export type ConnectionState = 'idle' | 'connecting' | 'online' | 'offline';

/** What a rejected promise carries; `code` is for programs, `message` for people. */
export interface ShopbellError extends Error {
  code:
    | 'FRAME_BLOCKED'
    | 'CLOSED'
    | 'NOT_STARTED'
    | 'NOT_ANSWERED'
    | 'INVALID_ARGUMENT'
    | 'CHANNEL_NOT_FOUND'
    | 'UNKNOWN_METHOD'
    | (string & {});
}

/** A call for the queue: a method's name with its arguments, or a function that gets the element. */
export type ShopbellCall = [method: ShopbellMethod, ...args: unknown[]] | ((chat: ShopbellChatElement) => unknown);

export type ShopbellMethod =
  | 'ready'
  | 'load'
  | 'maximize'
  | 'minimize'
  | 'toggle'
  | 'show'
  | 'hide'
  | 'focusChannel'
  | 'getChannel'
  | 'getChannelList'
  | 'getParticipant'
  | 'sendMessage'
  | 'prefill'
  | 'identify'
  | 'signOut'
  | 'destroy';

/** Why a proof counts no more. */
export interface ExpiredIdentity {
  code: string;
  message: string;
}

/** What a visitor says of themselves: shown to the business as unproven. */
export interface VisitorClaim {
  name?: string;
  email?: string;
}

export interface ShopbellEventMap {
  'shopbell-maximize': CustomEvent<null>;
  'shopbell-show': CustomEvent<null>;
  'shopbell-hide': CustomEvent<null>;
  'shopbell-minimize': CustomEvent<null>;
  'shopbell-message-sent': CustomEvent<ChatMessage>;
  'shopbell-message-received': CustomEvent<ChatMessage>;
  'shopbell-unread': CustomEvent<{ count: number; words: string }>;
  'shopbell-ready': CustomEvent<null>;
  'shopbell-connection': CustomEvent<{ state: ConnectionState }>;
  'shopbell-error': CustomEvent<{ code: string; message: string }>;
  'shopbell-identity-expired': CustomEvent<{ code: string; message: string }>;
}

export interface ShopbellChatElement extends HTMLElement {
  /** Whether the panel is expanded. */
  readonly maximized: boolean;
  /** Whether launcher or panel can be seen on the page. */
  readonly isVisible: boolean;
  /** Whether the script inserted the element itself, for every page that carries the tag. */
  readonly global: boolean;
  /** Whether the element is in the document. */
  readonly rendered: boolean;
  /** Always `$w.Chatbox`. */
  readonly type: string;
  readonly unreadCount: number;
  readonly connectionState: ConnectionState;

  /** Resolves with the element; from then on calls are served. Loads nothing. */
  ready(): Promise<ShopbellChatElement>;
  /** Fetches the chat without showing it; resolves when it has answered. No session is opened for it. */
  load(): Promise<void>;
  /** Expands the panel; resolves when the chat has answered. */
  maximize(options?: { focus?: boolean }): Promise<void>;
  minimize(): Promise<void>;
  toggle(): Promise<void>;
  /** Shows the launcher again. */
  show(effect?: string, options?: object): Promise<void>;
  /** Hides launcher and panel. Effects are accepted and ignored. */
  hide(effect?: string, options?: object): Promise<void>;
  /** Expands the panel, then shows the channel. */
  focusChannel(info?: ChannelInfo): Promise<void>;
  getChannel(info?: ChannelInfo): Promise<Channel>;
  /** Empty before the first message. */
  getChannelList(): Promise<Channel[]>;
  /** Who the visitor is to the server, for your own server's calls: one of the three. Starts the visitor's session. */
  getParticipant(): Promise<ParticipantId>;
  /** Sends as the visitor; resolves when the server has stored it. */
  sendMessage(info: SendMessage): Promise<ChatMessage>;
  /** Puts text into the composer. */
  prefill(text: string): Promise<void>;
  /**
   * The token that your server has signed for its member, or what the visitor says of themselves. Loads the chat; for
   * every page of a signed-in member set the attribute `identity-token` instead, which waits until the chat is wanted.
   */
  identify(info: string | { token: string } | VisitorClaim): Promise<void>;
  /** Forgets the visitor: token, storage, sockets, everything on this device. The next message is a stranger's. */
  signOut(): Promise<void>;

  onMaximize(handler: () => void): this;
  onMinimize(handler: () => void): this;
  onMessageSent(handler: (message: ChatMessage) => void): this;
  onMessageReceived(handler: (message: ChatMessage) => void): this;
  /** A proof has run out or was refused; what the handler answers is handed over as a fresh one. */
  onIdentityExpired(handler: (reason: ExpiredIdentity) => string | void | Promise<string | void>): this;
  onMouseIn(handler: () => void): this;
  onMouseOut(handler: () => void): this;

  /** What the queue before the script does, still working after it; resolves as the last call does. */
  push(...calls: ShopbellCall[]): Promise<unknown>;
  /** Removes the element, its frame, listeners, timers and the global. */
  destroy(): Promise<void>;

  addEventListener<K extends keyof ShopbellEventMap>(
    type: K,
    listener: (this: ShopbellChatElement, event: ShopbellEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** Attributes of `<shopbell-chat>`, for the typings of templates. On the script tag each has `data-` before it. */
export interface ShopbellChatAttributes {
  accent?: string;
  'color-scheme'?: 'light' | 'dark' | 'auto';
  hidden?: boolean;
  'identity-token'?: string;
  inline?: boolean;
  label?: string;
  locale?: string;
  'no-launcher'?: boolean;
  position?: 'end' | 'start' | 'left' | 'right';
}

declare global {
  interface Window {
    /** A queue of calls until the script has loaded, the page's first chat element afterwards. */
    Shopbell: ShopbellChatElement | ShopbellCall[];
  }
  interface HTMLElementTagNameMap {
    'shopbell-chat': ShopbellChatElement;
  }
  interface DocumentEventMap extends ShopbellEventMap {}
}
