// Each example as it is started, against a running server.

import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

const { SHOPBELL_URL: SERVER, SHOPBELL_API_KEY: KEY } = process.env;
if (!SERVER || !KEY) {
  throw new Error('set SHOPBELL_URL and SHOPBELL_API_KEY (cargo xtask test does)');
}

/** Starts an example; answers with its address once it says that it is ready, and with its end. */
async function start(t, name, environment = {}) {
  const child = spawn(process.execPath, [new URL(`../${name}.mjs`, import.meta.url).pathname], {
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  t.after(stop);
  for await (const line of createInterface(child.stdout)) {
    const ready = /^ready ?(.*)$/.exec(line);
    if (ready) {
      child.stdout.resume();
      return { url: ready[1], stop };
    }
  }
  throw new Error(`${name} ended before it was ready`);
}

async function call(method, path, body, authorization) {
  const answer = await fetch(SERVER + path, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

async function visitor() {
  const { token, participant } = await call('POST', '/widget/v1/session', {});
  const as = `Bearer ${token}`;
  const write = (text) =>
    call('POST', '/widget/v1/messages', { clientId: randomUUID(), content: { basic: { items: [{ text }] } } }, as);
  const press = (messageId, buttonId) =>
    call('POST', '/widget/v1/postbacks', { clientId: randomUUID(), messageId, buttonId }, as);
  /** The next message after the sequence that fits; the server holds the request until one comes. */
  const sees = async (after, fits) => {
    for (;;) {
      const { messages } = await call('GET', `/widget/v1/messages?after=${after}&wait=20`, undefined, as);
      const found = messages.find(fits);
      if (found) {
        return found;
      }
      assert.ok(messages.length, 'nothing came');
      after = messages.at(-1).sequence;
    }
  };
  return { participant, write, press, sees };
}

async function heldBy(participantId) {
  const { conversation, newConversation } = await call('POST', '/inbox/v2/conversations', { participantId }, KEY);
  assert.equal(newConversation, false);
  const query = new URLSearchParams({ conversationId: conversation.id, visibility: 'BUSINESS' });
  return (await call('GET', `/inbox/v2/messages?${query}`, undefined, KEY)).messages;
}

const isCard = ({ content }) => content.contentType === 'TEMPLATE';
const isText = ({ content, direction }) => content.contentType === 'BASIC' && direction === 'BUSINESS_TO_PARTICIPANT';

test('the booking bot moves the appointment when its button is pressed, also after a restart', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'booking-bot-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const environment = { BOOKING_BOT_FILE: join(folder, 'diary.json') };
  const appointment = () => Object.values(JSON.parse(readFileSync(environment.BOOKING_BOT_FILE, 'utf8')).appointments)[0].when;
  const first = await start(t, 'booking-bot', environment);
  const { write, press, sees } = await visitor();
  const { message } = await write('May I come to the spa?');
  const card = await sees(message.sequence, isCard);
  assert.deepEqual(card.content.template.textLines, ['Saturday, 2 December, 10:00', 'Two hours, for two']);
  assert.equal(appointment(), 'Saturday, 2 December, 10:00');

  // What happens while it is away reaches it when it is back, at its new address.
  await first.stop();
  await press(card.id, 'b1');
  await start(t, 'booking-bot', environment);
  const answer = await sees(card.sequence, isText);
  assert.equal(answer.content.basic.items[0].text, 'Done: your spa day is now on Sunday, 3 December, 10:00.');
  assert.equal(appointment(), 'Sunday, 3 December, 10:00');
});

test('a like is a line that only the business sees', async (t) => {
  const { url } = await start(t, 'like');
  const page = await (await fetch(url)).text();
  assert.ok(page.includes(`${SERVER}/embed.js`) && page.includes('chat.getParticipant()'));
  const { participant, sees, write } = await visitor();
  const liked = await fetch(`${url}/like`, { method: 'POST', body: JSON.stringify(participant) });
  assert.equal(liked.status, 204);
  const [line, ...rest] = await heldBy(participant);
  assert.deepEqual(rest, []);
  assert.equal(line.content.minimal.text, 'Liked "Seven ways to rest"');
  assert.equal(line.sender.anonymousVisitorId, participant.anonymousVisitorId);
  const { message } = await write('Hello');
  // The visitor's own first message is the first that they have.
  assert.equal((await sees('0', () => true)).id, message.id);
});

test('a form arrives as a form message from the member who is signed in, and from nobody else', async (t) => {
  const { url } = await start(t, 'form');
  const answers = new URLSearchParams({ 'First name': 'Amelia', 'Last name': 'Novak', Phone: '+1 555 0100', 'When may we call?': 'At noon' });
  const stranger = await fetch(`${url}/call-me`, { method: 'POST', body: answers });
  assert.equal(stranger.status, 403);
  const nobody = await fetch(`${url}/sign-in`, { method: 'POST', body: new URLSearchParams({ login: 'toString' }) });
  assert.equal(nobody.status, 403);
  const signedIn = await fetch(`${url}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ login: 'amelia' }) });
  const cookie = signedIn.headers.get('set-cookie').split(';')[0];
  const sent = await fetch(`${url}/call-me`, { method: 'POST', headers: { cookie }, body: answers });
  assert.equal(sent.status, 200);

  // The page's proof opens the member's own session, which finds the form.
  const page = await (await fetch(url, { headers: { cookie } })).text();
  const identity = /data-identity-token="([^"]+)"/.exec(page)[1];
  const { token, participant } = await call('POST', '/widget/v1/session', { identity });
  const [form] = await heldBy(participant);
  assert.equal(form.sender.memberId, participant.memberId);
  assert.deepEqual(form.content.form.fields, [
    ...[...answers].map(([name, value]) => ({ name, value })),
    { name: 'Email', value: 'amelia@example.com' },
  ]);
  const { messages } = await call('GET', '/widget/v1/messages?limit=10', undefined, `Bearer ${token}`);
  assert.deepEqual(messages.map(({ id }) => id), [form.id]);
});
