// Each of the four calls, with the four sample messages, field for field as the caller sees them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { HOSTS, KEY, SERVER, ask, connect, newConversation, sample, text } from './support.mjs';

const SAMPLES = ['basic', 'template', 'minimal', 'form'];
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

for (const [prefix, host] of Object.entries(HOSTS)) {
  for (const name of SAMPLES) {
    test(`the ${name} sample sent through ${prefix} comes back as the sample's answer`, async () => {
      const client = connect({ host });
      const conversation = await newConversation(client);
      const { request, answer } = sample(name);
      const options = request.sendAs ? { sendAs: request.sendAs } : undefined;
      const sent = await client.messages.sendMessage(conversation.id, request.message, options);
      assert.deepEqual(Object.keys(sent), ['message']);
      check(sent.message, answer.message, conversation);
      assert.equal(client.wire.at(-1).pathname, `${prefix}/messages`);

      const listed = await client.messages.listMessages(conversation.id, 'BUSINESS');
      assert.deepEqual(listed.messages, [sent.message], 'the list shows what the answer promised');
      const seen = await client.messages.listMessages(conversation.id, 'BUSINESS_AND_PARTICIPANT');
      const visible = answer.message.visibility === 'BUSINESS_AND_PARTICIPANT';
      assert.deepEqual(seen.messages, visible ? [sent.message] : []);
      assert.equal(seen.pagingMetadata.count, visible ? 1 : 0);
    });
  }

  test(`a conversation is made once and found again through ${prefix}`, async () => {
    const client = connect({ host });
    const anonymousVisitorId = randomUUID();
    const made = await client.conversations.getOrCreateConversation({ anonymousVisitorId });
    assert.equal(made.newConversation, true);
    assert.match(made.conversation._id, GUID);
    assert.equal(made.conversation.id, undefined, 'on this side of the SDK the name is _id');
    assert.deepEqual(made.conversation.participant, { anonymousVisitorId });
    assert.deepEqual(made.conversation.channels, [], 'no channel before the participant has written in the chat');
    assert.equal(typeof made.conversation.businessDisplayData.name, 'string');
    assert.equal(typeof made.conversation.participantDisplayData.name, 'string');
    const again = await client.conversations.getOrCreateConversation({ anonymousVisitorId });
    assert.deepEqual(again, { ...made, newConversation: false });
    const got = await client.conversations.getConversation(made.conversation._id);
    assert.deepEqual(got, made.conversation);
    assert.equal(client.wire.at(-1).pathname, `${prefix}/conversations/${made.conversation._id}`);
    const shouted = await client.conversations.getConversation(made.conversation._id.toUpperCase());
    assert.deepEqual(shouted, made.conversation, 'a GUID means the same in any case');
  });
}

/** The golden answer, with what only this server can know put in from the message itself, each checked by its rule. */
function check(message, golden, conversation) {
  assert.match(message._id, /^\d{16}$/);
  assert.equal(message.sequence, message._id);
  assert.ok(message._createdDate instanceof Date, 'dates arrive as Date');
  assert.equal(message._createdDate.getTime(), Number(BigInt(message._id) / 1000n), 'the same instant, cut to milliseconds');
  assert.ok(Math.abs(Date.now() - message._createdDate.getTime()) < 60_000);
  assert.match(message.appId, GUID);
  const sender = golden.sender.appId ? { appId: message.appId } : { anonymousVisitorId: conversation.anonymousVisitorId };
  const { id, createdDate, ...expected } = structuredClone(golden);
  for (const button of expected.content.template?.buttons ?? []) {
    if (button.postbackProperties) {
      button.postbackProperties.appId = message.appId;
    }
  }
  const { _id, sequence, appId, _createdDate } = message;
  assert.deepEqual(message, { ...expected, _id, sequence, appId, _createdDate, sender });
}

test('of fifty simultaneous first calls one makes the conversation and all get it', async () => {
  const client = connect();
  const memberId = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => client.conversations.getOrCreateConversation({ memberId })),
  );
  assert.equal(new Set(answers.map((answer) => answer.conversation._id)).size, 1);
  assert.equal(answers.filter((answer) => answer.newConversation).length, 1);
});

test('a member and a contact have conversations of their own', async () => {
  const client = connect();
  const ids = new Set();
  for (const kind of ['memberId', 'contactId', 'anonymousVisitorId']) {
    const { conversation } = await client.conversations.getOrCreateConversation({ [kind]: randomUUID() });
    assert.ok(kind in conversation.participant);
    ids.add(conversation._id);
  }
  assert.equal(ids.size, 3);
});

test('what only the server sets is ignored where a caller sends it', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const forged = randomUUID();
  const { message } = await client.messages.sendMessage(id, {
    ...text('Hello'),
    _id: '42',
    sequence: '42',
    _createdDate: new Date(0),
    sender: { memberId: forged },
    appId: forged,
    content: { basic: { items: [{ text: 'Hello' }] }, contentType: 'FORM' },
  });
  assert.notEqual(message._id, '42');
  assert.notEqual(message.sequence, '42');
  assert.ok(message._createdDate.getTime() > 0);
  assert.notEqual(message.appId, forged);
  assert.deepEqual(message.sender, { appId: message.appId });
  assert.equal(message.content.contentType, 'BASIC');
});

test('the largest legal form is taken whole', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const fields = Array.from({ length: 15 }, () => ({ name: 'é'.repeat(8192), value: '漢'.repeat(8192) }));
  const form = { title: 't'.repeat(256), description: 'd'.repeat(16384), fields };
  const { message } = await client.messages.sendMessage(id, { ...text(''), content: { form } });
  assert.deepEqual(message.content.form, { ...form, media: [] });
});

test('sendAs, silent and sendNotifications do what they say', async () => {
  const client = connect();
  const { id, anonymousVisitorId } = await newConversation(client);
  const asVisitor = await client.messages.sendMessage(
    id,
    { ...text('From me'), direction: 'PARTICIPANT_TO_BUSINESS' },
    { sendAs: 'PARTICIPANT', sendNotifications: true },
  );
  assert.deepEqual(asVisitor.message.sender, { anonymousVisitorId });
  const asCaller = await client.messages.sendMessage(id, text('From the program'), { sendAs: 'CALLER', silent: true });
  assert.deepEqual(asCaller.message.sender, { appId: asCaller.message.appId });
  assert.equal(asCaller.message.silent, true);
});

test('a picture keeps its names and the end of its link is a Date', async () => {
  const client = connect();
  const session = await (await fetch(`${SERVER}/widget/v1/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}',
  })).json();
  const visitor = { authorization: `Bearer ${session.token}` };
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const { image } = await ask('/widget/v1/uploads', { method: 'POST', headers: visitor, body: picture });
  const clientId = randomUUID();
  await ask('/widget/v1/messages', {
    method: 'POST', headers: visitor, body: JSON.stringify({ clientId, content: { basic: { items: [{ image }] } } }),
  });
  const { conversation } = await client.conversations.getOrCreateConversation(session.participant);
  assert.deepEqual(conversation.channels, ['CHAT'], 'who has written in the chat is reached there');
  const { messages } = await client.messages.listMessages(conversation._id, 'BUSINESS_AND_PARTICIPANT');
  assert.equal(messages.length, 1);
  const shown = messages[0].content.basic.items[0].image;
  assert.equal(shown._id, image.id);
  assert.deepEqual([shown.width, shown.height], [1, 1]);
  const hours = (shown.urlExpiration - messages[0]._createdDate) / 3_600_000;
  assert.ok(shown.urlExpiration instanceof Date && hours > 9 && hours < 11, `valid for ${hours} hours`);
  const got = await fetch(shown.url);
  assert.deepEqual(Buffer.from(await got.arrayBuffer()), picture);
  // What was received can be sent on: the SDK turns the Date back into text, and the rest is the server's to fill in.
  const { message } = await client.messages.sendMessage(conversation._id, { ...text(''), content: { basic: { items: [{ image: shown }] } } });
  assert.equal(message.content.basic.items[0].image._id, image.id);
});

test('a message to the business is in the event log, with the key alone', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const before = await cursor();
  const { message } = await client.messages.sendMessage(
    id,
    { ...text('Are you open?'), direction: 'PARTICIPANT_TO_BUSINESS' },
    { sendAs: 'PARTICIPANT' },
  );
  const { events } = await ask(`/events/v1?after=${encodeURIComponent(before)}&limit=100`);
  const own = events.filter((event) => event.data.conversationId === id);
  assert.deepEqual(own.map((event) => event.type), ['wix.crm.inbox.v2.message_message_sent_to_business']);
  assert.equal(own[0].data.message.id, message._id);
});

/** The end of the event log. */
async function cursor() {
  let after = '';
  for (;;) {
    const page = await ask(`/events/v1?limit=100&after=${encodeURIComponent(after)}`);
    if (page.events.length === 0) {
      return page.cursor ?? after;
    }
    after = page.cursor;
  }
}

test('the key is the only credential that counts', async () => {
  const { ApiKeyStrategy } = await import('@wix/sdk');
  for (const strategy of [ApiKeyStrategy({ apiKey: KEY, accountId: randomUUID() }), ApiKeyStrategy({ apiKey: KEY, siteId: randomUUID() })]) {
    await newConversation(connect({ strategy }));
  }
});
