// The server's webhooks, accepted by what receivers use: the official SDK for tokens, and the library of the Standard
// Webhooks scheme for plain JSON. Each request here was sent by the server to a receiver of this test.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { AppStrategy, createClient } from '@wix/sdk';
import { conversations, messages } from '@wix/inbox';
import { Webhook } from 'standardwebhooks';
import { SERVER, ask, text } from './support.mjs';

const PRESSED = 'wix.crm.inbox.v2.message_button_interacted';
const TO_BUSINESS = 'wix.crm.inbox.v2.message_message_sent_to_business';
const MERGED = 'wix.crm.inbox.v2.conversation_conversations_merged';

/** Requests that came, oldest first, and those who wait for one. */
const got = [];
const waiting = [];
const receiver = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  got.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
  response.end();
  waiting.splice(0).forEach((look) => look());
});

before(() => new Promise((ready) => receiver.listen(0, '127.0.0.1', ready)));
after(() => receiver.close());

/** The next request to this path that fits. */
async function next(path, fits = () => true) {
  for (;;) {
    const found = got.findIndex((request) => request.path === path && fits(request));
    if (found >= 0) {
      return got.splice(found, 1)[0];
    }
    await new Promise((look) => waiting.push(look));
  }
}

async function endpoint(path, settings) {
  const url = `http://127.0.0.1:${receiver.address().port}${path}`;
  return ask('/admin/v1/webhooks', { method: 'POST', body: JSON.stringify({ url, ...settings }) });
}

/** The SDK as a receiver configures it, with what its handlers were told. */
async function sdk(publicKey) {
  const told = [];
  const client = createClient({
    auth: AppStrategy({ appId: randomUUID(), publicKey }),
    modules: { conversations, messages },
  });
  client.messages.onMessageSentToBusiness((event) => void told.push(event));
  client.messages.onMessageButtonInteracted((event) => void told.push(event));
  client.conversations.onConversationConversationsMerged((event) => void told.push(event));
  return { client, told };
}

async function publicKey() {
  const { keys } = await ask('/admin/v1/signing-keys');
  return keys.find(({ state }) => state === 'CURRENT').publicKey;
}

/** A visitor who writes, is sent a card and presses its button. */
async function visit() {
  const call = async (path, body, token) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(SERVER + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  const session = await call('/widget/v1/session', {});
  const { anonymousVisitorId } = session.participant;
  const said = await call(
    '/widget/v1/messages',
    { clientId: randomUUID(), content: { basic: { items: [{ text: 'Is it open on Sunday?' }] } } },
    session.token,
  );
  const { conversation } = await ask('/inbox/v2/conversations', {
    method: 'POST',
    body: JSON.stringify({ participantId: { anonymousVisitorId } }),
  });
  const card = {
    ...text(''),
    content: {
      previewText: 'Your spa day',
      template: {
        title: 'Your spa day',
        buttons: [{ label: 'Later', postbackProperties: { interactionId: 'later-1' } }],
      },
    },
  };
  const sent = await ask('/inbox/v2/messages', {
    method: 'POST',
    body: JSON.stringify({ conversationId: conversation.id, message: card }),
  });
  await call(
    '/widget/v1/postbacks',
    { clientId: randomUUID(), messageId: sent.message.id, buttonId: 'b0' },
    session.token,
  );
  return { anonymousVisitorId, conversationId: conversation.id, said: said.message, appId: sent.message.appId };
}

test("the SDK's webhooks.process accepts all three kinds of events and tells its handlers", async () => {
  const made = await endpoint('/token', { types: [TO_BUSINESS, PRESSED, MERGED] });
  const { client, told } = await sdk(await publicKey());
  const { anonymousVisitorId, conversationId, said, appId } = await visit();
  const identity = { identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId };

  const first = await client.webhooks.process((await next('/token')).body);
  assert.equal(first.eventType, TO_BUSINESS);
  assert.deepEqual(first.identity, identity);
  assert.equal(told[0].data.conversationId, conversationId);
  assert.equal(told[0].data.message._id ?? told[0].data.message.id, said.id);
  assert.equal(told[0].data.message.content.basic.items[0].text, 'Is it open on Sunday?');
  assert.equal(told[0].metadata.slug, 'message_sent_to_business');
  assert.equal(told[0].metadata.entityId, said.id);
  assert.ok(told[0].metadata.eventTime instanceof Date);
  assert.match(told[0].metadata._id, /^[0-9a-f-]{36}$/);
  assert.equal(told[0].metadata.accountInfo.siteId, told[0].metadata.instanceId);

  const second = await client.webhooks.process((await next('/token')).body);
  assert.equal(second.eventType, PRESSED);
  assert.deepEqual(second.identity, identity);
  const { interactedBy, ...pressed } = told[1].data;
  assert.deepEqual(pressed, { conversationId, appId, interactionId: 'later-1' });
  assert.equal(interactedBy.anonymousVisitorId, anonymousVisitorId);
  assert.equal(told[1].metadata.slug, 'button_interacted');

  await ask(`/admin/v1/webhooks/${made.endpoint.id}`, { method: 'PATCH', body: JSON.stringify({ types: [MERGED] }) });
  const { attempts } = await ask(`/admin/v1/webhooks/${made.endpoint.id}/test`, { method: 'POST' });
  assert.deepEqual(attempts.map(({ status }) => status), [200]);
  const third = await client.webhooks.process((await next('/token')).body);
  assert.equal(third.eventType, MERGED);
  assert.equal(told[2].metadata.slug, 'conversations_merged');
  assert.equal(told[2].metadata.entityId, told[2].data.targetConversationId);
  assert.equal(told[2].data.oldConversationIds.length, 1);
  assert.equal(told.length, 3);
  await ask(`/admin/v1/webhooks/${made.endpoint.id}`, { method: 'DELETE' });
});

test("the SDK's processRequest accepts the request as it came, and no key but ours", async () => {
  const made = await endpoint('/request', {});
  await ask(`/admin/v1/webhooks/${made.endpoint.id}/test`, { method: 'POST' });
  const { headers, body } = await next('/request');
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
  const { client, told } = await sdk(await publicKey());
  const request = new Request('https://shop.example.com/request', { method: 'POST', headers, body });
  assert.equal((await client.webhooks.processRequest(request)).eventType, TO_BUSINESS);
  assert.equal(told.length, 1);
  const { generateKeyPairSync } = await import('node:crypto');
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  const stranger = await sdk(other);
  await assert.rejects(stranger.client.webhooks.process(body));
  assert.equal(stranger.told.length, 0);
  await ask(`/admin/v1/webhooks/${made.endpoint.id}`, { method: 'DELETE' });
});

test('the library of the Standard Webhooks scheme accepts plain JSON, with the old and the new secret', async () => {
  const made = await endpoint('/standard', { format: 'STANDARD', types: [TO_BUSINESS] });
  const { said, conversationId } = await visit();
  const { headers, body } = await next('/standard');
  const event = new Webhook(made.secret).verify(body, headers);
  assert.equal(event.type, TO_BUSINESS);
  assert.equal(event.id, headers['webhook-id']);
  assert.equal(event.data.conversationId, conversationId);
  assert.equal(event.data.message.id, said.id);
  assert.throws(() => new Webhook(made.secret).verify(body.replace('Sunday', 'Monday'), headers));
  const rotated = await ask(`/admin/v1/webhooks/${made.endpoint.id}/secret`, {
    method: 'POST',
    body: JSON.stringify({ overlapHours: 1 }),
  });
  await ask(`/admin/v1/webhooks/${made.endpoint.id}/test`, { method: 'POST' });
  const test = await next('/standard', (request) => request.headers['shopbell-test'] === '1');
  for (const secret of [made.secret, rotated.secret]) {
    assert.equal(new Webhook(secret).verify(test.body, test.headers).type, TO_BUSINESS);
  }
  assert.throws(() => new Webhook(rotated.secret).verify(body, headers));
  await ask(`/admin/v1/webhooks/${made.endpoint.id}`, { method: 'DELETE' });
});
