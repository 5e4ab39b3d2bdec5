// The page that shows how to embed: every button here makes the call that it is named after.
window.Shopbell = window.Shopbell || [];

const EVENTS = ['ready', 'maximize', 'minimize', 'message-sent', 'message-received', 'unread', 'connection', 'error'];
const ATTRIBUTES = ['position', 'color-scheme', 'locale'];
const PROPERTIES = ['maximized', 'hidden', 'isVisible', 'global', 'rendered', 'id', 'type', 'unreadCount', 'connectionState'];

const $ = (selector) => document.querySelector(selector);

function log(place, text) {
  const list = $(place);
  list.textContent = `${text}\n${list.textContent}`;
}

function call(name, argument) {
  const label = `${name}(${argument ?? ''})`;
  Shopbell.push(async (chat) => {
    if (name === 'properties') {
      log('[data-answers]', JSON.stringify(Object.fromEntries(PROPERTIES.map((key) => [key, chat[key]])), null, 1));
      return;
    }
    try {
      const answer = await chat[name](...(argument ? [JSON.parse(argument)] : []));
      log('[data-answers]', `${label} → ${answer === undefined ? 'done' : JSON.stringify(answer)}`);
    } catch (error) {
      log('[data-answers]', `${label} ✗ ${error.code}: ${error.message}`);
    }
  });
}

function look() {
  const values = Object.fromEntries(new FormData($('[data-looks]')));
  Shopbell.push((chat) => {
    for (const name of ATTRIBUTES) chat.setAttribute(name, values[name]);
  });
  const tokens = {
    '--shopbell-accent': values.accent,
    '--shopbell-radius': `${values.radius}px`,
    '--shopbell-launcher-size': `${values['launcher-size']}px`,
  };
  for (const [name, value] of Object.entries(tokens)) document.documentElement.style.setProperty(name, value);
  const lines = Object.entries(tokens).map(([name, value]) => `  ${name}: ${value};\n`);
  $('[data-css]').textContent = `:root {\n${lines.join('')}}`;
}

async function copy(button) {
  await navigator.clipboard.writeText(button.parentNode.querySelector('code').textContent);
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
}

for (const name of EVENTS) {
  document.addEventListener(`shopbell-${name}`, ({ type, detail }) => log('[data-events]', `${type} ${JSON.stringify(detail)}`));
}
for (const code of document.querySelectorAll('[data-origin]')) {
  code.textContent = code.textContent.replaceAll('https://chat.example.com', location.origin);
}
$('[data-looks]').addEventListener('input', look);
document.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button?.dataset.call) call(button.dataset.call, button.dataset.argument);
  if (button && 'copy' in button.dataset) copy(button);
});
