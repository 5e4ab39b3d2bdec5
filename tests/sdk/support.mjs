// What every test here starts from: clients of the official SDK that reach the server under test, and the project's own
// golden samples as the server's tests read them.

import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { createClient, ApiKeyStrategy } from '@wix/sdk';
import { conversations, messages } from '@wix/inbox';

/** Where the server under test is, without a slash at the end. */
export const SERVER = required('SHOPBELL_URL').replace(/\/$/, '');
/** A key of that server. */
export const KEY = required('SHOPBELL_API_KEY');

/** Both ways in which the SDK forms its addresses: as for the vendor's own host, and as for any other. */
export const HOSTS = { '/inbox/v2': undefined, '/crm/inbox/v2': { apiBaseUrl: new URL(SERVER).host } };

function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`set ${name}: these tests run against a server that is already there (cargo xtask test starts one)`);
  }
  return value;
}

/**
 * A client, with every request and answer that passed its `fetch` in `client.wire`. The SDK only knows https, so its
 * own option `fetch` is what brings its calls to a plain http server.
 */
export function connect({ key = KEY, host, strategy = ApiKeyStrategy({ siteId: randomUUID(), apiKey: key }) } = {}) {
  const wire = [];
  const client = createClient({
    modules: { conversations, messages },
    auth: strategy,
    host,
    fetch: async (url, init) => {
      const { pathname, search } = new URL(url);
      const answer = await fetch(SERVER + pathname + search, init);
      wire.push({ url: new URL(url), pathname, search, request: new Headers(init?.headers), status: answer.status, answer: answer.headers });
      return answer;
    },
  });
  return { ...client, wire };
}

/** A conversation of a visitor nobody has seen before. */
export async function newConversation(client) {
  const anonymousVisitorId = randomUUID();
  const { conversation } = await client.conversations.getOrCreateConversation({ anonymousVisitorId });
  return { id: conversation._id, anonymousVisitorId };
}

/** Request and answer of one of the golden samples, as they travel on the wire. */
export function sample(name) {
  const read = (part) =>
    JSON.parse(readFileSync(new URL(`../../crates/protocol/fixtures/sample-${name}-${part}.json`, import.meta.url), 'utf8'));
  return { request: read('request'), answer: read('answer') };
}

/** A message of one text, visible to both sides. */
export function text(words, visibility = 'BUSINESS_AND_PARTICIPANT') {
  return { content: { basic: { items: [{ text: words }] } }, visibility, direction: 'BUSINESS_TO_PARTICIPANT' };
}

/** Calls a route that is not part of the SDK, in the name of the business's program. */
export async function ask(path, init = {}) {
  const answer = await fetch(SERVER + path, {
    ...init,
    headers: { authorization: KEY, 'content-type': 'application/json', ...init.headers },
  });
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  return answer.json();
}
