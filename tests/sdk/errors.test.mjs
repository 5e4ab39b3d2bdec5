// Every way of being refused, as the caller of the SDK sees it.

import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ApiKeyStrategy } from '@wix/sdk';
import { HOSTS, KEY, SERVER, ask, connect, newConversation, text } from './support.mjs';

const UNKNOWN = randomUUID();

/** The error of a call that must not succeed. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'the call was answered as good' });
}

/** Asserts a validation error naming exactly these fields and rules, readable after the SDK has put it into words. */
async function violates(call, ...wanted) {
  const error = await refusal(call);
  assert.equal(error.status, 400, error.message);
  const violations = error.details.validationError.fieldViolations;
  assert.deepEqual(violations.map(({ field, violatedRule }) => [field, violatedRule]), wanted);
  const { message } = JSON.parse(error.message);
  for (const { field, description } of violations) {
    assert.ok(description.length > 5);
    assert.ok(message.includes('INVALID_ARGUMENT') && message.includes(`"${field}" ${description}`), message);
  }
  named(error);
}

/** Asserts an application error. */
async function refused(call, status, code) {
  const error = await refusal(call);
  assert.equal(error.status, status, error.message);
  const { applicationError } = error.details;
  assert.equal(applicationError.code, code);
  assert.equal(typeof applicationError.description, 'string');
  assert.equal(typeof applicationError.data, 'object');
  assert.ok(JSON.parse(error.message).message.includes(applicationError.description));
  named(error);
  return error;
}

/** Every answer has an id by which the operator finds it. */
function named(error) {
  assert.match(error.requestId, /\S{8,}/);
  assert.equal(error.details.requestId ?? error.requestId, error.requestId);
}

const message = (content, rest) => ({ ...text(''), content, ...rest });
const template = (rest) => message({ template: { title: 'Spa day', ...rest } });
const launch = (launchUrl) => template({ buttons: [{ label: 'Open', launchUrl }] });

// What is wrong, by the field that the caller is told.
const BAD_MESSAGES = {
  'no content': [message(undefined), ['message.content', 'REQUIRED_FIELD']],
  'an empty content': [message({}), ['message.content', 'REQUIRED_ONE_OF_FIELD']],
  'two contents': [message({ basic: { items: [{ text: 'a' }] }, minimal: { text: 'b' } }), ['message.content', 'ONE_OF_ALIGNMENT']],
  'no items': [message({ basic: { items: [] } }), ['message.content.basic.items', 'MIN_SIZE']],
  'an empty text': [text(''), ['message.content.basic.items[0].text', 'MIN_LENGTH']],
  'a text of 16385': [text('漢'.repeat(16_385)), ['message.content.basic.items[0].text', 'MAX_LENGTH']],
  '11 buttons': [template({ buttons: Array.from({ length: 11 }, () => ({ label: 'a', launchUrl: 'https://a.example' })) }), ['message.content.template.buttons', 'MAX_SIZE']],
  '11 text lines': [template({ textLines: Array(11).fill('a') }), ['message.content.template.textLines', 'MAX_SIZE']],
  'a text line of 513': [template({ textLines: ['a', 'b'.repeat(513)] }), ['message.content.template.textLines[1]', 'MAX_LENGTH']],
  'a button that does nothing': [template({ buttons: [{ label: 'a' }] }), ['message.content.template.buttons[0]', 'REQUIRED_ONE_OF_FIELD']],
  'an interaction id of 257': [template({ buttons: [{ label: 'a', postbackProperties: { interactionId: 'i'.repeat(257) } }] }), ['message.content.template.buttons[0].postbackProperties.interactionId', 'MAX_LENGTH']],
  'a javascript: link': [launch('javascript:alert(1)'), ['message.content.template.buttons[0].launchUrl', 'FORMAT']],
  'a data: link': [launch('data:text/html,<script>alert(1)</script>'), ['message.content.template.buttons[0].launchUrl', 'FORMAT']],
  'a link with a line feed': [launch('https://a.example/\njavascript:alert(1)'), ['message.content.template.buttons[0].launchUrl', 'FORMAT']],
  'a relative link': [launch('/admin'), ['message.content.template.buttons[0].launchUrl', 'FORMAT']],
  'a picture by javascript:': [template({ imageUrl: 'javascript:alert(1)' }), ['message.content.template.imageUrl', 'FORMAT']],
  'a minimal text of none': [message({ minimal: { text: '' } }), ['message.content.minimal.text', 'MIN_LENGTH']],
  'an icon by javascript:': [message({ minimal: { text: 'a', iconUrl: 'javascript:alert(1)' } }), ['message.content.minimal.iconUrl', 'FORMAT']],
  '16 form fields': [message({ form: { title: 'a', description: 'b', fields: Array(16).fill({ name: 'a', value: 'b' }) } }), ['message.content.form.fields', 'MAX_SIZE']],
  'a preview of 257': [message({ basic: { items: [{ text: 'a' }] }, previewText: 'p'.repeat(257) }), ['message.content.previewText', 'MAX_LENGTH']],
  'two badges': [{ ...text('a'), badges: [{ text: 'a' }, { text: 'b' }] }, ['message.badges', 'MAX_SIZE']],
  'a visibility that does not exist': [text('a', 'EVERYBODY'), ['message.visibility', 'INVALID_ENUM_VALUE']],
  'a visibility that says nothing': [text('a', 'UNKNOWN_VISIBILITY'), ['message.visibility', 'INVALID_ENUM_VALUE']],
  'no visibility and no direction': [{ content: text('a').content }, ['message.direction', 'REQUIRED_FIELD'], ['message.visibility', 'REQUIRED_FIELD']],
  'no message': [undefined, ['message', 'REQUIRED_FIELD']],
};

for (const [what, [bad, ...wanted]] of Object.entries(BAD_MESSAGES)) {
  test(`a message with ${what} is refused by its field, and nothing is stored`, async () => {
    const client = connect();
    const { id } = await newConversation(client);
    await violates(client.messages.sendMessage(id, bad), ...wanted);
    const { messages } = await client.messages.listMessages(id, 'BUSINESS');
    assert.deepEqual(messages, []);
  });
}

test('options are named as the caller wrote them', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const list = (options, visibility = 'BUSINESS') => client.messages.listMessages(id, visibility, options);
  await violates(list({ paging: { limit: 101 } }), ['options.paging.limit', 'MAX']);
  await violates(list({ paging: { limit: -1 } }), ['options.paging.limit', 'MIN']);
  await violates(list({ paging: { limit: 'many' } }), ['options.paging.limit', 'FORMAT']);
  await violates(list({ paging: { cursor: 'never issued' } }), ['options.paging.cursor', 'FORMAT']);
  await violates(list({ paging: { cursor: 'x'.repeat(12_000) } }), ['options.paging.cursor', 'FORMAT']);
  await violates(list({ sorting: { order: 'SIDEWAYS' } }), ['options.sorting.order', 'INVALID_ENUM_VALUE']);
  await violates(list({ sorting: { fieldName: 'createdDate' } }), ['options.sorting.fieldName', 'INVALID_ENUM_VALUE']);
  await violates(client.messages.listMessages(id, undefined), ['visibility', 'REQUIRED_FIELD']);
  await violates(list({}, 'EVERYBODY'), ['visibility', 'INVALID_ENUM_VALUE']);
  await violates(list({}, 'UNKNOWN_VISIBILITY'), ['visibility', 'INVALID_ENUM_VALUE']);
  await violates(client.messages.sendMessage(id, text('a'), { sendAs: 'THE_POPE' }), ['options.sendAs', 'INVALID_ENUM_VALUE']);
  await violates(client.messages.sendMessage(id, text('a'), { silent: 'yes' }), ['options.silent', 'FORMAT']);
  await violates(client.messages.sendMessage(id, text('a'), { sendNotifications: 1 }), ['options.sendNotifications', 'FORMAT']);
});

test('a cursor belongs to its list and cannot be carried to another', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const other = await newConversation(client);
  for (let n = 0; n < 3; n += 1) {
    await client.messages.sendMessage(id, text(`${n}`));
    await client.messages.sendMessage(other.id, text(`${n}`));
  }
  const { pagingMetadata } = await client.messages.listMessages(id, 'BUSINESS', { paging: { limit: 1 } });
  const cursor = pagingMetadata.cursors.next;
  const list = (conversation, visibility, sorting) =>
    client.messages.listMessages(conversation, visibility, { paging: { limit: 1, cursor }, sorting });
  await violates(list(other.id, 'BUSINESS'), ['options.paging.cursor', 'FORMAT']);
  await violates(list(id, 'BUSINESS_AND_PARTICIPANT'), ['options.paging.cursor', 'FORMAT']);
  await violates(list(id, 'BUSINESS', { order: 'ASC' }), ['options.paging.cursor', 'FORMAT']);
});

test('an id that is no GUID is a wrong field, not a missing thing', async () => {
  const client = connect();
  for (const id of ['nonsense', `${UNKNOWN}0`, 'é', '../../etc/passwd%00'.slice(-12)]) {
    await violates(client.messages.sendMessage(id, text('a')), ['conversationId', 'FORMAT']);
    await violates(client.messages.listMessages(id, 'BUSINESS'), ['conversationId', 'FORMAT']);
  }
  await violates(client.conversations.getConversation('nonsense'), ['conversationId', 'FORMAT']);
  await violates(client.conversations.getConversation('two words'), ['conversationId', 'FORMAT']);
  await violates(client.messages.sendMessage(undefined, text('a')), ['conversationId', 'REQUIRED_FIELD']);
  await violates(client.messages.listMessages(undefined, 'BUSINESS'), ['conversationId', 'REQUIRED_FIELD']);
  const make = (participant) => client.conversations.getOrCreateConversation(participant);
  await violates(make({ memberId: 'nonsense' }), ['participantId.memberId', 'FORMAT']);
  await violates(make({}), ['participantId', 'REQUIRED_ONE_OF_FIELD']);
  await violates(make({ memberId: UNKNOWN, anonymousVisitorId: UNKNOWN }), ['participantId', 'ONE_OF_ALIGNMENT']);
  await violates(make(undefined), ['participantId', 'REQUIRED_FIELD']);
});

for (const [prefix, host] of Object.entries(HOSTS)) {
  test(`a conversation that is not there has its code on each call through ${prefix}`, async () => {
    const client = connect({ host });
    await refused(client.conversations.getConversation(UNKNOWN), 404, 'CONVERSATION_NOT_FOUND');
    await refused(client.messages.listMessages(UNKNOWN, 'BUSINESS'), 404, 'CONVERSATION_NOT_FOUND');
    await refused(client.messages.sendMessage(UNKNOWN, text('a')), 404, 'CONVERSATION_NOT_FOUND');
  });

  test(`every call through ${prefix} without a good key is answered 401`, async () => {
    const strategies = {
      'an empty key': ApiKeyStrategy({ siteId: UNKNOWN, apiKey: '' }),
      'an undefined key': ApiKeyStrategy({ siteId: UNKNOWN, apiKey: undefined }),
      'a wrong key': ApiKeyStrategy({ siteId: UNKNOWN, apiKey: 'wrong' }),
      'a key cut short': ApiKeyStrategy({ siteId: UNKNOWN, apiKey: KEY.slice(0, -1) }),
      'a key in other letters': ApiKeyStrategy({ siteId: UNKNOWN, apiKey: KEY.toUpperCase() }),
      'no strategy': undefined,
    };
    for (const [what, strategy] of Object.entries(strategies)) {
      // null is what leaves the strategy out: undefined would bring the default of connect back.
      const client = connect({ host, strategy: strategy ?? null });
      const calls = [
        () => client.conversations.getOrCreateConversation({ memberId: UNKNOWN }),
        () => client.conversations.getConversation(UNKNOWN),
        () => client.messages.sendMessage(UNKNOWN, text('a')),
        () => client.messages.listMessages(UNKNOWN, 'BUSINESS'),
      ];
      for (const call of calls) {
        const error = await refused(call(), 401, 'UNAUTHENTICATED');
        assert.ok(!error.message.includes(KEY), what);
      }
    }
  });
}

test('the credential of a visitor is none here', async () => {
  const session = await (await fetch(`${SERVER}/widget/v1/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}',
  })).json();
  for (const key of [session.token, `Bearer ${session.token}`]) {
    const client = connect({ key });
    const error = await refusal(client.messages.listMessages(UNKNOWN, 'BUSINESS'));
    assert.ok([401, 403].includes(error.status), error.message);
    assert.equal(typeof error.details.applicationError.code, 'string');
  }
});

test('a path that an id has cut is nothing, and says so in the one shape', async () => {
  const client = connect();
  await refused(client.conversations.getConversation('a/b'), 404, 'NOT_FOUND');
  await refused(client.conversations.getConversation(`${UNKNOWN}/messages`), 404, 'NOT_FOUND');
});

test('content that callers cannot send, and media that cannot be used, have their own answers', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  const system = await refusal(client.messages.sendMessage(id, message({ system: { text: 'Closed' } })));
  assert.equal(system.status, 400, system.message);
  assert.match(system.details.validationError.fieldViolations[0].field, /^message\.content/);
  for (const image of [{ url: 'javascript:alert(1)' }, { _id: 'no-such-media' }]) {
    const error = await refusal(client.messages.sendMessage(id, message({ basic: { items: [{ image }] } })));
    assert.equal(error.status, 400, error.message);
    const { applicationError, validationError } = error.details;
    assert.ok(applicationError?.code === 'INVALID_MEDIA_URL' || validationError?.fieldViolations[0].field.startsWith('message.content.basic.items[0].image'), error.message);
  }
  assert.deepEqual((await client.messages.listMessages(id, 'BUSINESS')).messages, []);
});

test('a refused call raises no event', async () => {
  const client = connect();
  const { id } = await newConversation(client);
  await refusal(client.messages.sendMessage(id, text('')));
  await refusal(client.messages.sendMessage(id, text('a', 'EVERYBODY')));
  const seen = [];
  for (let after = ''; ; ) {
    const page = await ask(`/events/v1?limit=100&after=${encodeURIComponent(after)}`);
    if (page.events.length === 0) {
      break;
    }
    seen.push(...page.events.filter((event) => event.data.conversationId === id));
    after = page.cursor;
  }
  assert.deepEqual(seen, []);
});
