// A page of a shop with members: its own backend (/shop/member) knows who is signed in and signs the token that says so to
// the chat. Nothing of it is kept by the page; the shop's session is a cookie that no script can read.
window.Shopbell = window.Shopbell || [];

// The chat's element, once its script is here.
const chat = new Promise((found) => Shopbell.push(found));

const part = (name) => document.querySelector(`[data-${name}]`);

async function backend(method, body) {
  const answer = await fetch('/shop/member', {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function show({ name, picture }) {
  part('in').hidden = !name;
  part('out').hidden = Boolean(name);
  part('name').textContent = name ? name.split(' ')[0] : '';
  if (picture) part('picture').src = picture;
  else part('picture').removeAttribute('src');
  part('state').textContent = '';
  document.querySelector('main').setAttribute('aria-busy', 'false');
}

function busy(on) {
  for (const button of document.querySelectorAll('main button')) button.disabled = on;
}

// One thing at a time; what goes wrong is said, and nothing else changes.
async function act(deed, after) {
  busy(true);
  try {
    await deed();
  } catch {
    part('state').textContent = 'That did not work. Please try again.';
  }
  busy(false);
  part(after)?.focus();
}

const signIn = (member) => act(async () => {
  const signedIn = await backend('POST', { member });
  await (await chat).identify(signedIn.token);
  show(signedIn);
}, 'chat');

// The chat first: should it fail, one is still signed in and can try again.
const signOut = () => act(async () => {
  await (await chat).signOut();
  show(await backend('DELETE'));
}, 'sign-in');

document.addEventListener('click', ({ target }) => {
  const { dataset } = target.closest('button') ?? {};
  if (!dataset) return;
  if ('signIn' in dataset) signIn(dataset.signIn);
  if ('signOut' in dataset) signOut();
  if ('chat' in dataset) chat.then((element) => element.maximize());
});

// A proof lasts a day; then, and when one is refused, the chat asks for a fresh one.
chat.then((element) => element.onIdentityExpired(async () => (await backend('GET')).token));

// Whoever is signed in already: the attribute waits until the chat is wanted, so the page stays light.
backend('GET').then((member) => {
  show(member);
  if (member.token) chat.then((element) => element.setAttribute('identity-token', member.token));
}, () => show({}));
