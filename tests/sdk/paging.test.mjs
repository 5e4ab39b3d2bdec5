// Pages by cursor, while messages keep arriving.

import test from 'node:test';
import assert from 'node:assert/strict';
import { connect, newConversation, text } from './support.mjs';

const OURS = 75;

for (const visibility of ['BUSINESS', 'BUSINESS_AND_PARTICIPANT']) {
  for (const order of ['DESC', 'ASC']) {
    test(`75 messages come once each, ${order}, for ${visibility}, while others arrive`, async () => {
      const client = connect();
      const { id } = await newConversation(client);
      const first = [];
      for (let n = 0; n < OURS; n += 1) {
        // Every third one is a note: filtering must come before counting, or pages come out short.
        const { message } = await client.messages.sendMessage(id, text(`${n}`, n % 3 === 2 ? 'BUSINESS' : undefined));
        first.push(message);
      }
      let arriving = true;
      const others = (async () => {
        while (arriving) {
          await client.messages.sendMessage(id, text('meanwhile'));
          await client.messages.sendMessage(id, text('meanwhile, a note', 'BUSINESS'));
        }
      })();

      const got = [];
      const sizes = [];
      let cursor;
      do {
        const page = await client.messages.listMessages(id, visibility, {
          paging: { limit: 10, cursor },
          sorting: { fieldName: 'sequence', order },
        });
        assert.equal(page.pagingMetadata.count, page.messages.length);
        got.push(...page.messages);
        sizes.push(page.messages.length);
        cursor = page.pagingMetadata.cursors.next;
        assert.ok(!cursor || cursor.length < 200, 'cursors travel in an address');
        // Oldest first, new ones join at the end, perhaps faster than we read: ours have all passed by then.
      } while (cursor && got.filter(ours).length <= OURS && sizes.length < 60);
      arriving = false;
      await others;

      const ids = got.map((message) => message._id);
      assert.equal(new Set(ids).size, ids.length, 'none comes twice');
      const sorted = [...ids].sort((one, other) => Number(BigInt(one) - BigInt(other)));
      assert.deepEqual(ids, order === 'ASC' ? sorted : sorted.reverse(), 'in order, across all pages');
      const wanted = first.filter((message) => visibility === 'BUSINESS' || message.visibility === visibility);
      const found = got.filter(ours);
      assert.deepEqual(order === 'ASC' ? found : found.reverse(), wanted, 'none is missing, each as it was sent');
      assert.ok(got.every((message) => visibility === 'BUSINESS' || message.visibility === visibility));
      assert.ok(sizes.slice(0, -1).every((size) => size === 10), `full pages but the last: ${sizes}`);
    });
  }
}

function ours(message) {
  return /^\d+$/.test(message.content.basic.items[0].text);
}

test('without options thirty come, newest first, and both names for the order mean the same', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  for (let n = 0; n < 35; n += 1) {
    await client.messages.sendMessage(id, text(`${n}`));
  }
  const plain = await client.messages.listMessages(id, 'BUSINESS');
  assert.match(client.wire.at(-1).search, /^\?conversationId=[^&]+&visibility=BUSINESS$/, 'dotted parameters');
  assert.equal(plain.messages.length, 30);
  assert.equal(plain.messages[0].content.basic.items[0].text, '34');
  assert.equal(typeof plain.pagingMetadata.cursors.next, 'string');
  for (const fieldName of ['sequence', 'message_sequence', undefined]) {
    const page = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 30 }, sorting: { fieldName } });
    assert.match(client.wire.at(-1).search, /^\?\.r=[\w-]+$/, 'one packed parameter');
    assert.deepEqual(page.messages, plain.messages);
  }
  const rest = await client.messages.listMessages(id, 'BUSINESS', { paging: { cursor: plain.pagingMetadata.cursors.next } });
  assert.equal(rest.messages.length, 5);
  assert.equal(rest.pagingMetadata.cursors?.next, undefined, 'a cursor only where there is more');
});

test('a page of none and a page of a hundred are both pages, and a null cursor is none', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  await client.messages.sendMessage(id, text('one'));
  const none = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 0 } });
  assert.deepEqual([none.messages, none.pagingMetadata.count], [[], 0]);
  const hundred = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 100, cursor: null } });
  assert.equal(hundred.messages.length, 1);
});

test('a page before can be gone back to', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  for (let n = 0; n < 9; n += 1) {
    await client.messages.sendMessage(id, text(`${n}`));
  }
  const one = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 3 } });
  const two = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 3, cursor: one.pagingMetadata.cursors.next } });
  assert.equal(typeof two.pagingMetadata.cursors.prev, 'string');
  const back = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 3, cursor: two.pagingMetadata.cursors.prev } });
  assert.deepEqual(back.messages, one.messages);
});
