// A site event: a visitor likes a post, and the business sees a minimal line in that visitor's conversation. The page
// hands the visitor's id, as the chat's JavaScript API gives it, to the shop's own server, which writes the line.

import { createServer } from 'node:http';
import { SERVER, chat, listen, read } from './chat.mjs';

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Seven ways to rest</title><meta name="viewport" content="width=device-width">
<h1>Seven ways to rest</h1>
<p>The first is to sit down.</p>
<button id="like" type="button">Like</button> <output id="told"></output>
<script async src="${SERVER}/embed.js"></script>
<script type="module">
  const [like, told] = [document.querySelector('#like'), document.querySelector('#told')];
  window.Shopbell = window.Shopbell || [];
  like.onclick = () => Shopbell.push(async (chat) => {
    const answer = await fetch('/like', { method: 'POST', body: JSON.stringify(await chat.getParticipant()) });
    like.disabled = answer.ok;
    told.value = answer.ok ? 'Thank you.' : 'That did not work; please try again.';
  });
</script></html>`;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const shop = createServer(async (request, response) => {
  try {
    if (request.method === 'POST' && request.url === '/like') {
      await like(JSON.parse(await read(request, 1000)));
      response.writeHead(204).end();
    } else if (request.method === 'GET' && request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    } else {
      response.writeHead(404).end();
    }
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
console.log(`ready ${await listen(shop, Number(process.env.PORT ?? 8090))}`);

/**
 * The id is what a page says: good enough for a line that only the business reads, and for nothing that needs to be
 * proven. A member is taken from the shop's own session instead, as form.mjs does.
 */
async function like({ anonymousVisitorId }) {
  if (!GUID.test(anonymousVisitorId)) {
    return; // A member or contact; their likes are counted with their account.
  }
  const { conversation } = await chat.conversations.getOrCreateConversation({ anonymousVisitorId });
  await chat.messages.sendMessage(
    conversation._id,
    {
      content: {
        previewText: 'New Like',
        minimal: { text: 'Liked "Seven ways to rest"', iconUrl: `${SERVER}/shop/icon.svg` },
      },
      visibility: 'BUSINESS',
      direction: 'PARTICIPANT_TO_BUSINESS',
    },
    { sendAs: 'PARTICIPANT' },
  );
}
