// A booking bot with the official SDK: whoever writes first gets an appointment as a card; pressing "Change My
// Appointment" moves it. It hears of both by webhook. The same by the event log, without being called, is in
// examples/booking-bot.

import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { AppStrategy, createClient } from '@wix/sdk';
import { messages } from '@wix/inbox';
import { SERVER, admin, chat, listen, once, read } from './chat.mjs';
import { Diary } from './diary.mjs';

/** Our own name for the button; it comes back with every press. */
const CHANGE = 'change-appointment';
const FULL = 'We are booked out. Somebody will write to you.';
const NAME = 'Example: booking bot';

const diary = new Diary(process.env.BOOKING_BOT_FILE ?? 'booking-bot-node.json');

const { keys } = await admin('GET', 'signing-keys');
const { publicKey } = keys.find(({ state }) => state === 'CURRENT');
const hooks = createClient({ auth: AppStrategy({ appId: randomUUID(), publicKey }), modules: { messages } });

hooks.messages.onMessageSentToBusiness(async ({ data, metadata }) => {
  const { conversationId } = data;
  if (diary.has(conversationId, metadata._id)) {
    return; // What they write now is for people.
  }
  const when = diary.book(conversationId, metadata._id);
  await once.run(metadata._id, () => (when ? sendCard(conversationId, when) : sendText(conversationId, FULL)));
});

hooks.messages.onMessageButtonInteracted(async ({ data, metadata }) => {
  if (data.interactionId !== CHANGE) {
    return;
  }
  const when = diary.change(data.conversationId, metadata._id);
  console.log(`${data.conversationId} moved to ${when}`);
  const answer = when ? `Done: your spa day is now on ${when}.` : FULL;
  await once.run(metadata._id, () => sendText(data.conversationId, answer));
});

const receiver = createServer(async (request, response) => {
  try {
    // Checks the signature, then tells the handlers above.
    await hooks.webhooks.process(await read(request));
    response.statusCode = 200;
  } catch (error) {
    // Any other status and the event comes again, later and later, for two days.
    console.error(error.message);
    response.statusCode = 500;
  }
  response.end();
});
const url = await listen(receiver, Number(process.env.PORT ?? 0));
await endpoint(process.env.PUBLIC_URL ?? url);
console.log('ready');

/** Tells the server where we listen: the endpoint of the last time, with today's address, or a new one. */
async function endpoint(url) {
  const { endpoints } = await admin('GET', 'webhooks');
  const known = endpoints.find(({ name }) => name === NAME);
  const types = ['wix.crm.inbox.v2.message_message_sent_to_business', 'wix.crm.inbox.v2.message_button_interacted'];
  if (known) {
    await admin('PATCH', `webhooks/${known.id}`, { url, types, state: 'ACTIVE' });
  } else {
    await admin('POST', 'webhooks', { name: NAME, url, types, format: 'TOKEN' });
  }
}

function send(conversationId, content) {
  return chat.messages.sendMessage(conversationId, {
    content,
    visibility: 'BUSINESS_AND_PARTICIPANT',
    direction: 'BUSINESS_TO_PARTICIPANT',
  });
}

function sendText(conversationId, text) {
  return send(conversationId, { basic: { items: [{ text }] } });
}

function sendCard(conversationId, when) {
  return send(conversationId, {
    previewText: 'Your spa day',
    template: {
      title: 'Your Spa Day',
      imageUrl: `${SERVER}/shop/spa-day.svg`,
      textLines: [when, 'Two hours, for two'],
      buttons: [
        { label: 'See Directions', launchUrl: `${SERVER}/` },
        { label: 'Change My Appointment', postbackProperties: { interactionId: CHANGE } },
      ],
    },
  });
}
