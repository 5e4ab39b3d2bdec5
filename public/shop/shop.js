// The demo shop: filter, bag, and buttons that open the chat with a question already written.
window.Shopbell = window.Shopbell || [];

let bag = 0;

function ask(question) {
  Shopbell.push(['maximize']);
  if (question) Shopbell.push(['prefill', question]);
}

function show(kind) {
  for (const button of document.querySelectorAll('[data-filter]')) {
    button.setAttribute('aria-pressed', String(button.dataset.filter === kind));
  }
  for (const card of document.querySelectorAll('[data-kind]')) {
    card.hidden = kind !== '' && !card.dataset.kind.split(' ').includes(kind);
  }
}

function add(button) {
  bag += 1;
  document.querySelector('[data-bag]').textContent = bag;
  button.textContent = 'In your bag';
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (!button) return;
  if ('ask' in button.dataset) ask(button.dataset.ask);
  if ('filter' in button.dataset) show(button.dataset.filter);
  if ('add' in button.dataset) add(button);
});
