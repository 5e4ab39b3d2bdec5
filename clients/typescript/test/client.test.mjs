// The package as its users get it, against a running server.

import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Shopbell, ShopbellConnectionError, ShopbellError, ShopbellValidationError } from '../dist/index.js';

const url = process.env.SHOPBELL_URL;
const key = process.env.SHOPBELL_API_KEY;
if (!url || !key) {
  throw new Error('set SHOPBELL_URL and SHOPBELL_API_KEY (cargo xtask test does)');
}

const text = (words) => ({
  content: { basic: { items: [{ text: words }] } },
  visibility: 'BUSINESS_AND_PARTICIPANT',
  direction: 'BUSINESS_TO_PARTICIPANT',
});

/** A client with what passed its fetch; `disturb(number)` may answer or throw instead of the server. */
function client(disturb = () => undefined, options = {}) {
  const seen = [];
  const chat = new Shopbell({
    url,
    key,
    backoffMs: 1,
    ...options,
    fetch: async (address, init) => {
      seen.push({ address: new URL(address), init });
      return (await disturb(seen.length, () => fetch(address, init))) ?? fetch(address, init);
    },
  });
  return { chat, seen };
}

async function conversation(chat) {
  const made = await chat.getOrCreateConversation({ anonymousVisitorId: randomUUID() });
  assert.equal(made.newConversation, true);
  return made.conversation.id;
}

test('a message is sent, found by its id, listed and marked', async () => {
  const { chat } = client();
  const id = await conversation(chat);
  const sent = await chat.sendMessage(id, text('Hello'));
  assert.equal(sent.content.contentType, 'BASIC');
  assert.deepEqual(await chat.getMessage(id, sent.id), sent);
  const page = await chat.listMessages({ conversationId: id, visibility: 'BUSINESS' });
  assert.deepEqual(page.messages, [sent]);
  await chat.addMessageIndications(id, { messageIds: [sent.id], indication: 'SEEN' });
  const indications = await chat.messageIndications(id, sent.id);
  assert.deepEqual(indications.map(({ type }) => type), ['SENT', 'DELIVERED', 'SEEN']);
  await chat.readConversation(id);
  assert.deepEqual(await chat.conversationChannels(id), []);
  assert.equal((await chat.getConversation(id)).id, id);
  await chat.deleteConversation(id);
  await assert.rejects(chat.getConversation(id), { status: 404, code: 'CONVERSATION_NOT_FOUND' });
});

test('all pages are walked while messages arrive, each message once', async () => {
  const { chat } = client();
  const id = await conversation(chat);
  for (let n = 0; n < 23; n += 1) {
    await chat.sendMessage(id, text(`${n}`));
  }
  const found = [];
  for await (const message of chat.messages({ conversationId: id, visibility: 'BUSINESS', 'paging.limit': 5 })) {
    found.push(message.content.basic.items[0].text);
    if (found.length % 5 === 0) {
      await chat.sendMessage(id, text('meanwhile'));
    }
  }
  assert.deepEqual(found, Array.from({ length: 23 }, (_, n) => `${22 - n}`));
});

test('a send whose answer was lost is sent again and stored once', async () => {
  const lose = async (number, pass) => {
    if (number === 2) {
      await pass();
      throw new TypeError('socket hang up');
    }
    return undefined;
  };
  const { chat, seen } = client(lose);
  const id = await conversation(chat);
  const sent = await chat.sendMessage(id, text('Once'));
  const [first, second] = seen.slice(1).map(({ init }) => init.headers['idempotency-key']);
  assert.ok(first && first === second);
  const { messages } = await chat.listMessages({ conversationId: id, visibility: 'BUSINESS' });
  assert.deepEqual(messages, [sent]);
});

test('a server that is away for a moment is asked again, and no more often than allowed', async () => {
  const away = (status) => () =>
    new Response(JSON.stringify({
      message: 'x', details: { applicationError: { code: 'UNAVAILABLE', description: 'x', data: { retryAfterMs: 1 } } },
    }), { status });
  const once = client((number) => (number === 1 ? away(503)() : undefined));
  await conversation(once.chat);
  assert.equal(once.seen.length, 2);
  const ever = client(away(503), { tries: 3 });
  await assert.rejects(ever.chat.getConversation(randomUUID()), { status: 503, code: 'UNAVAILABLE', retryAfterMs: 1 });
  assert.equal(ever.seen.length, 3);
  const broken = client(away(500));
  await assert.rejects(broken.chat.getConversation(randomUUID()), ShopbellError);
  assert.equal(broken.seen.length, 1);
  const deleting = client(away(503));
  await assert.rejects(deleting.chat.deleteConversation(randomUUID()), ShopbellError);
  assert.equal(deleting.seen.length, 1);
});

test('errors have their types', async () => {
  const { chat } = client();
  const id = await conversation(chat);
  await assert.rejects(chat.sendMessage(id, { ...text(''), visibility: 'NOBODY' }), (error) => {
    assert.ok(error instanceof ShopbellValidationError && error instanceof ShopbellError);
    assert.deepEqual(error.violations.map(({ field }) => field), ['message.content.basic.items[0].text', 'message.visibility']);
    assert.match(error.requestId, /\S{8,}/);
    return true;
  });
  await assert.rejects(client(undefined, { key: 'wrong' }).chat.getConversation(id), { status: 401, code: 'UNAUTHENTICATED' });
  const html = client(() => new Response('<h1>Bad gateway</h1>', { status: 413 }));
  await assert.rejects(html.chat.getConversation(id), { status: 413, code: 'HTTP_413' });
  const gone = client(() => { throw new TypeError('refused'); }, { tries: 2 });
  await assert.rejects(gone.chat.getConversation(id), ShopbellConnectionError);
  assert.equal(gone.seen.length, 2);
});

test('events come as they happen, and from a cursor on', { timeout: 30_000 }, async () => {
  const { chat } = client();
  const id = await conversation(chat);
  await chat.sendMessage(id, text('first'));
  const stop = new AbortController();
  const told = [];
  const reading = (async () => {
    for await (const { event, cursor } of chat.events({ signal: stop.signal, limit: 1000 })) {
      if (event.data.conversationId === id) {
        told.push({ words: event.data.message.content.previewText, cursor });
        if (told.length === 1) {
          await chat.sendMessage(id, text('live'));
        } else {
          return;
        }
      }
    }
  })();
  await reading;
  assert.deepEqual(told.map(({ words }) => words), ['first', 'live']);
  // From where the last one left off there is nothing but what comes.
  const rest = chat.events({ after: told[1].cursor, signal: stop.signal });
  const [next] = await Promise.all([rest.next(), chat.sendMessage(id, text('later'))]);
  assert.equal(next.value.event.data.message.content.previewText, 'later');
  const waiting = rest.next();
  stop.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});
