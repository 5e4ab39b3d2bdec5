// A form of a page: what a signed-in member fills in arrives in their conversation as a form message from them. The shop's
// server knows the member by its own session and sends in their name; the page could not claim to be somebody else.

import { createServer } from 'node:http';
import { createHmac, randomUUID } from 'node:crypto';
import { SERVER, admin, chat, listen, read } from './chat.mjs';

/** Who has an account; the id is what the chat knows the member by. */
const MEMBERS = {
  amelia: { id: '1b671a64-40d5-491e-99b0-da01ff1f3341', name: 'Amelia Novak', email: 'amelia@example.com' },
  bruno: { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', name: 'Bruno Weiss', email: 'bruno@example.com' },
};
const FIELDS = ['First name', 'Last name', 'Phone', 'When may we call?'];

/** Signed-in members by the value of their cookie. */
const sessions = new Map();
const secret = process.env.SHOPBELL_IDENTITY_SECRET ?? (await newSecret());

const shop = createServer(async (request, response) => {
  const member = MEMBERS[sessions.get(/(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1])];
  try {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        return page(response, member ? formPage(member) : signInPage());
      case 'POST /sign-in': {
        const login = new URLSearchParams(await read(request, 1000)).get('login');
        if (!Object.hasOwn(MEMBERS, login)) {
          return response.writeHead(403).end();
        }
        const session = randomUUID();
        sessions.set(session, login);
        return seeOther(response, { 'set-cookie': `session=${session}; HttpOnly; SameSite=Strict; Path=/` });
      }
      case 'POST /call-me':
        if (!member) {
          return response.writeHead(403).end();
        }
        await send(member, new URLSearchParams(await read(request, 10_000)));
        return page(response, '<p>Thank you, we will call you.</p><p><a href="/">Back</a></p>');
      default:
        return response.writeHead(404).end();
    }
  } catch (error) {
    console.error(error);
    return response.writeHead(500).end();
  }
});
console.log(`ready ${await listen(shop, Number(process.env.PORT ?? 8091))}`);

async function send({ id: memberId, email }, answers) {
  const { conversation } = await chat.conversations.getOrCreateConversation({ memberId });
  const fields = FIELDS.map((name) => ({ name, value: answers.get(name) ?? '' }));
  await chat.messages.sendMessage(
    conversation._id,
    {
      content: {
        previewText: 'Call me',
        form: {
          title: 'Call me',
          description: 'Somebody asked to be called back',
          // What the shop knows is not asked for.
          fields: [...fields, { name: 'Email', value: email }],
        },
      },
      // Both sides: the member finds in the chat what they have sent.
      visibility: 'BUSINESS_AND_PARTICIPANT',
      direction: 'PARTICIPANT_TO_BUSINESS',
    },
    { sendAs: 'PARTICIPANT' },
  );
}

/** A key for identities, made at each start in place of the one of the start before. */
async function newSecret() {
  const name = 'Example: form';
  const { keys } = await admin('GET', 'identity/keys');
  for (const key of keys.filter((key) => key.name === name)) {
    await admin('DELETE', `identity/keys/${key.id}`);
  }
  return (await admin('POST', 'identity/keys', { name, algorithm: 'HS256' })).secret;
}

/** Proves to the chat who is signed in, for five minutes; see docs/identity.md. */
function identity({ id, name, email }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: id, name, email, exp: Math.floor(Date.now() / 1000) + 300 };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function formPage(member) {
  const rows = FIELDS.map((name) => `<p><label>${name} <input name="${name}" required></label></p>`).join('');
  return `<p>You are signed in as ${member.name}.</p>
    <form method="post" action="/call-me">${rows}<button>Call me</button></form>
    <script async src="${SERVER}/embed.js" data-identity-token="${identity(member)}"></script>`;
}

function signInPage() {
  const choices = Object.entries(MEMBERS).map(([login, { name }]) => `<option value="${login}">${name}</option>`);
  return `<form method="post" action="/sign-in"><label>Who are you? <select name="login">${choices.join('')}</select></label>
    <button>Sign in</button></form>`;
}

function page(response, body) {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Spa</title>
    <meta name="viewport" content="width=device-width"><h1>Spa</h1>${body}</html>`);
}

function seeOther(response, headers) {
  response.writeHead(303, { location: '/', ...headers }).end();
}
