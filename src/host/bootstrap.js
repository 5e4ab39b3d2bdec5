// Runs inline in index.html, before anything else of the page: src/host/mod.rs says what for, docs/embed.md how
// the two sides talk. The server allows the built text by its hash.
(() => {
  'use strict';

  const root = document.documentElement;
  // The hash never reaches the server. `host` is only a claim, and a harmless one: a message posted to the parent
  // with this target arrives only if the parent really has that origin.
  const given = new URLSearchParams(location.hash.slice(1));
  const host = originOf(given.get('host'));
  const instance = given.get('instance') || '';
  const framed = host !== '' && parent !== window;
  // The server picked the page of the first language that it speaks of those the address or the browser asks for.
  const asked = new URLSearchParams(location.search).get('lang') || '';
  const state = { framed, maximized: !framed, locale: regional(root.lang), dir: root.dir, scheme: 'light' };

  const SILENCE_MS = 30000;
  const tokens = new Set();
  const calls = [];
  const unanswered = new Set();
  const submitted = [];
  let app = null;
  let closeWatcher = null;
  let focusWanted = false;
  let started = false;
  let busy = false;
  let nextLocale = '';

  function originOf(text) {
    try {
      const { origin, protocol } = new URL(text);
      return /^https?:$/.test(protocol) ? origin : '';
    } catch {
      return '';
    }
  }

  // Queued by the browser until the host page reads the other end, so nothing here waits for an answer.
  const { port1: port, port2 } = new MessageChannel();

  function post(message) {
    if (message.type === 'answer') unanswered.delete(message.id);
    port.postMessage(message);
  }

  // --- looks ---------------------------------------------------------------------------------------------------

  // The page's language with the region that was asked for.
  function regional(language) {
    return [...asked.split(','), navigator.language].find((tag) => tag.slice(0, 2) === language) || language;
  }

  function applyAppearance({ scheme, tokens: values }) {
    if (scheme === 'light' || scheme === 'dark') state.scheme = scheme;
    root.dataset.scheme = state.scheme;
    root.style.colorScheme = state.scheme;
    if (values && typeof values === 'object') applyTokens(values);
  }

  // A token is a color, a length or a font name. What could fetch or escape is left out, whoever asks for it.
  function applyTokens(values) {
    for (const name of tokens) root.style.removeProperty('--shopbell-' + name);
    tokens.clear();
    for (const [name, value] of Object.entries(values)) {
      if (!/^[a-z-]{1,32}$/.test(name) || typeof value !== 'string' || value.length > 256) continue;
      if (!value.trim() || /url\(|image|[;{}\\]/i.test(value)) continue;
      root.style.setProperty('--shopbell-' + name, value);
      tokens.add(name);
    }
  }

  function applyView({ maximized, focus }) {
    const changed = state.maximized !== (maximized === true);
    state.maximized = maximized === true;
    root.toggleAttribute('data-maximized', state.maximized);
    if (changed) watchClose();
    if (state.maximized && focus === true && !app) focusComposer();
  }

  // Android's back gesture closes the panel through this, without an entry in the host page's history.
  function watchClose() {
    closeWatcher?.destroy();
    closeWatcher = null;
    if (!framed || !state.maximized || !window.CloseWatcher) return;
    closeWatcher = new CloseWatcher();
    closeWatcher.onclose = minimize;
  }

  function minimize() {
    if (framed) post({ type: 'minimize' });
  }

  // --- the plain composer ----------------------------------------------------------------------------------------

  const composer = () => document.querySelector('[data-testid="composer"]');

  function focusComposer() {
    const field = composer();
    focusWanted = !field;
    field?.focus();
  }

  function onSubmit(event) {
    const field = composer();
    if (!field || field.form !== event.target) return;
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    submitted.push(text);
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    // A list for what waits, if the page has one; the app's timeline takes its place.
    const list = document.querySelector('[data-early-messages]');
    if (list) {
      const item = document.createElement('li');
      item.textContent = text;
      list.append(item);
    }
  }

  function onEnter(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.target !== composer()) return;
    event.preventDefault();
    event.target.form?.requestSubmit();
  }

  function onClick(event) {
    if (event.target.closest('[data-part="minimize"]')) minimize();
  }

  // Last in line, so that a dialog or a menu inside the page can use Escape first and say so.
  function onEscape(event) {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing && state.maximized) minimize();
  }

  // --- messages ----------------------------------------------------------------------------------------------------

  function receive(message) {
    if (!message || typeof message !== 'object') return;
    if (message.type === 'call') unanswered.add(message.id);
    if (message.type === 'page') {
      nextLocale = message.locale !== asked ? message.locale : '';
      if (nextLocale && !busy && !submitted.length) return startAgain();
      applyAppearance(message);
      applyView(message);
      app?.({ type: 'page', focus: message.focus === true, ...state });
    } else if (app) {
      app(message);
    } else if (message.type === 'call') {
      calls.push(message);
      setTimeout(giveUp, SILENCE_MS, message);
    }
  }

  // The page's promise must not hang when the app never came.
  function giveUp(message) {
    const index = calls.indexOf(message);
    if (index < 0) return;
    calls.splice(index, 1);
    fail(message.id, 'NOT_STARTED', 'The chat could not start.');
  }

  function fail(id, code, message) {
    post({ type: 'answer', id, error: { code, message } });
  }

  // The page speaks the language that it was made in; another one loads its page, with what is being written, as
  // soon as nothing that was sent is still on its way: only the program knows of that.
  function startAgain() {
    for (const id of unanswered) fail(id, 'NOT_ANSWERED', 'The chat started again in another language.');
    history.replaceState({ draft: composer()?.value }, '', '?lang=' + nextLocale + '#' + given);
    location.reload();
  }

  // The smallest module there is: a policy, or a browser that is locked down, refuses it like any other.
  function canRun() {
    try {
      return !!new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch {
      return false;
    }
  }

  function onParsed() {
    if (!canRun()) return import('./plain/panel.js');
    const field = composer();
    if (field && history.state?.draft) field.value = history.state.draft;
    // Taken over once: after the next reload it may have been sent.
    if (history.state) history.replaceState(null, '');
    if (focusWanted && !app) focusComposer();
  }

  // --- what src/host/bridge.rs uses ----------------------------------------------------------------------------------

  window.shopbellBridge = {
    state,
    post,
    adopt(handler) {
      app = handler;
      if (app) for (const message of calls.splice(0)) app(message);
    },
    takeDraft() {
      const field = composer();
      if (started || !field) return { submitted: submitted.splice(0) };
      started = true;
      return {
        text: field.value,
        start: field.selectionStart,
        end: field.selectionEnd,
        focused: focusWanted || document.activeElement === field,
        submitted: submitted.splice(0),
      };
    },
    busy(is) {
      busy = is;
      if (nextLocale && !busy) startAgain();
    },
    ready() {
      root.setAttribute('data-ready', '');
      document.removeEventListener('submit', onSubmit);
      document.removeEventListener('keydown', onEnter);
      document.removeEventListener('click', onClick);
    },
  };

  document.addEventListener('submit', onSubmit);
  document.addEventListener('keydown', onEnter);
  document.addEventListener('click', onClick);
  document.addEventListener('DOMContentLoaded', onParsed, { once: true });
  addEventListener('keydown', onEscape);

  root.toggleAttribute('data-framed', framed);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const wanted = given.get('scheme');
  const followSystem = () => receive({ type: 'page', maximized: true, scheme: dark.matches ? 'dark' : 'light' });
  root.lang = state.locale;
  applyAppearance({
    scheme: wanted === 'light' || wanted === 'dark' ? wanted : dark.matches ? 'dark' : 'light',
  });
  applyView({ maximized: state.maximized });
  if (framed) {
    // The port travels with the greeting, and the browser delivers that to a page of the claimed origin or to nobody:
    // who holds the other end needs no further proof. embed.js checks our origin and window on its side.
    port.onmessage = ({ data }) => receive(data);
    parent.postMessage({ shopbell: 'hello', instance }, host, [port2]);
  } else if (!wanted) {
    dark.addEventListener('change', followSystem);
  }
})();
