// One request: sent, repeated where that is safe, and read.

import { ShopbellConnectionError, ShopbellError, errorOf } from './errors.js';

export interface Options {
  /** Where the server is: `https://chat.example.com`. */
  url: string;
  /** An API key or an access token. */
  key: string;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch;
  /** How often a request that may be repeated is tried at most; 4 where absent. */
  tries?: number;
  /** Milliseconds before the second try; doubles with each. 250 where absent. */
  backoffMs?: number;
}

export interface Call {
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Asking twice is asking once: a read, or a request with an id of its own. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
}

/** The longest wait between two tries, whatever a server says. */
const WAIT_MAX_MS = 30_000;
/** Not our fault, not the server's for long: too slow, too fast, away for a moment. */
const PASSING = new Set([408, 429, 502, 503, 504]);

export class Core {
  readonly #options: Options;
  readonly #fetch: typeof fetch;

  constructor(options: Options) {
    this.#options = options;
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
  }

  async request<T>(method: string, path: string, call: Call): Promise<T> {
    const tries = call.repeatable ? (this.#options.tries ?? 4) : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once<T>(method, path, call);
      } catch (error) {
        const passing =
          error instanceof ShopbellConnectionError || (error instanceof ShopbellError && PASSING.has(error.status));
        if (!passing || attempt >= tries || call.signal?.aborted) {
          throw error;
        }
        const told = error instanceof ShopbellError ? error.retryAfterMs : undefined;
        await wait(told ?? this.#backoff(attempt), call.signal);
      }
    }
  }

  async #once<T>(method: string, path: string, { query = {}, body, headers = {}, signal }: Call): Promise<T> {
    const url = new URL(path, this.#options.url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) {
        url.searchParams.set(name, String(value));
      }
    }
    const init: RequestInit = {
      method,
      headers: { authorization: this.#options.key, accept: 'application/json', ...headers },
    };
    if (signal) {
      init.signal = signal;
    }
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      (init.headers as Record<string, string>)['content-type'] = 'application/json';
    }
    let answer: Response;
    try {
      answer = await this.#fetch(url, init);
    } catch (error) {
      throw signal?.aborted ? error : new ShopbellConnectionError(`cannot reach ${url.origin}`, { cause: error });
    }
    if (answer.status !== 200) {
      throw await errorOf(answer);
    }
    try {
      return (await answer.json()) as T;
    } catch (error) {
      throw signal?.aborted ? error : new ShopbellConnectionError('the answer broke off', { cause: error });
    }
  }

  // Half of it at least, so that clients of a restarted server spread out.
  #backoff(attempt: number): number {
    const whole = (this.#options.backoffMs ?? 250) * 2 ** (attempt - 1);
    return whole * (0.5 + Math.random() / 2);
  }
}

/** Waits, unless told not to any more. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, Math.min(ms, WAIT_MAX_MS));
    if (signal?.aborted) {
      stop();
    }
    signal?.addEventListener('abort', stop, { once: true });
  });
}
