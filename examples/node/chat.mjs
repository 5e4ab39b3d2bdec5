// What the examples share: the official SDK, pointed at a Shopbell server.

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { ApiKeyStrategy, createClient } from '@wix/sdk';
import { conversations, messages } from '@wix/inbox';

export const SERVER = required('SHOPBELL_URL').replace(/\/$/, '');
const KEY = required('SHOPBELL_API_KEY');

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`set ${name}; see examples/README.md`);
    process.exit(2);
  }
  return value;
}

/**
 * What is sent within `once.run(id, …)` is stored once, however often it is sent with that id: webhooks come at least
 * once, and the SDK has no option for the header that says so.
 */
export const once = new AsyncLocalStorage();

/**
 * The SDK's client with only the host changed. The SDK calls https whatever the host, so against a server without a
 * certificate, like the one on your own machine, its option `fetch` puts the address right.
 */
export const chat = createClient({
  modules: { conversations, messages },
  // Shopbell has one site and knows it by the key.
  auth: ApiKeyStrategy({ siteId: randomUUID(), apiKey: KEY }),
  host: { apiBaseUrl: new URL(SERVER).host },
  fetch: (url, init) => {
    const { pathname, search } = new URL(url);
    const headers = new Headers(init?.headers);
    if (once.getStore()) {
      headers.set('idempotency-key', once.getStore());
    }
    return fetch(SERVER + pathname + search, { ...init, headers });
  },
});

/** Calls what the SDK has no call for: the settings of the site. */
export async function admin(method, path, body) {
  const answer = await fetch(`${SERVER}/admin/v1/${path}`, {
    method,
    headers: { authorization: KEY, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
  return answer.json();
}

/** The whole body of a request that came to us. */
export async function read(request, most = 1_000_000) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > most) {
      throw new Error('the body is too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Listens, and says where. */
export function listen(server, port) {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
