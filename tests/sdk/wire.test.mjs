// What the SDK relies on below its calls: addresses, headers, statuses.

import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { HOSTS, SERVER, connect, newConversation, text } from './support.mjs';

test('the SDK believes in https and is brought to plain http by its own fetch option', async () => {
  for (const [prefix, host] of Object.entries(HOSTS)) {
    const client = connect({ host });
    await newConversation(client);
    const { url } = client.wire[0];
    assert.equal(url.protocol, 'https:');
    assert.equal(url.pathname, `${prefix}/conversations`);
    assert.equal(url.host, host?.apiBaseUrl ?? 'www.wixapis.com');
  }
});

test('every answer has a request id of its own', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  await client.messages.sendMessage(id, text('a'));
  await client.messages.listMessages(id, 'BUSINESS');
  await client.conversations.getConversation(id);
  await client.conversations.getConversation(randomUUID()).catch(() => {});
  const ids = client.wire.map(({ answer }) => answer.get('x-wix-request-id'));
  assert.equal(new Set(ids.filter(Boolean)).size, 5);
});

test('the request id of an error is the one of its answer', async () => {
  const client = connect();
  const error = await client.conversations.getConversation(randomUUID()).then(() => undefined, (error) => error);
  assert.equal(error.requestId, client.wire.at(-1).answer.get('x-wix-request-id'));
});

test('X-Wix-Consistent is given once and repeated by the SDK from then on', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const given = client.wire[0].answer.get('x-wix-consistent');
  assert.ok(given, 'the first answer carries it');
  assert.equal(client.wire[0].request.get('x-wix-consistent'), null);
  await client.messages.sendMessage(id, text('a'));
  await client.messages.listMessages(id, 'BUSINESS');
  for (const { request, answer } of client.wire.slice(1)) {
    assert.equal(request.get('x-wix-consistent'), given);
    assert.ok(answer.get('x-wix-consistent'));
  }
});

test('success is exactly 200, with JSON, for calls that create too', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  await client.messages.sendMessage(id, text('a'));
  for (const { status, answer } of client.wire) {
    assert.equal(status, 200);
    assert.match(answer.get('content-type'), /^application\/json/);
  }
});

test('a browser on another origin may call with every header that the SDK sends', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  await client.messages.sendMessage(id, text('a'));
  const safe = new Set(['accept', 'accept-language', 'content-language', 'user-agent', 'host']);
  const sent = client.wire.flatMap(({ request }) => [...request.keys()]).filter((name) => !safe.has(name));
  const preflight = await fetch(`${SERVER}/crm/inbox/v2/messages`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': [...new Set(sent)].join(','),
    },
  });
  assert.ok(preflight.ok);
  const allowed = preflight.headers.get('access-control-allow-headers').toLowerCase().split(/,\s*/);
  assert.deepEqual([...new Set(sent)].filter((name) => !allowed.includes(name)), []);
  const exposed = client.wire[0].answer.get('access-control-expose-headers').toLowerCase();
  assert.ok(exposed.includes('x-wix-request-id') && exposed.includes('x-wix-consistent'));
});

test('text of every script comes back as it was sent', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const words = 'שלום مرحبا 漢字 👩‍👩‍👧‍👦 e\u0301 \u202eabc <script>alert(1)</script> & "quoted" \\ \u0000'.replace('\u0000', '');
  await client.messages.sendMessage(id, text(words));
  const { messages } = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 1 } });
  assert.equal(messages[0].content.basic.items[0].text, words);
});
