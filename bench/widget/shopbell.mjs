// Our widget for a bench that compares chat widgets side by side (README.md beside this file).
//
// embed.js and the widget's page are the built ones from dist/, at the addresses that the server gives them. The server is
// answered inside the frame: session, history in pages as the server cuts them, and the socket's frames.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist');
const types = { '.js': 'text/javascript; charset=utf-8', '.wasm': 'application/wasm', '.html': 'text/html; charset=utf-8' };

function widget() {
  const folder = path.join(dist, 'widget');
  const files = {};
  for (const name of fs.readdirSync(folder)) {
    const type = types[path.extname(name)];
    if (type) files['/widget/' + name] = [fs.readFileSync(path.join(folder, name)), type];
  }
  // The server picks the page by language; here everybody reads English.
  files['/widget/'] = files['/widget/en.html'];
  files['/embed.js'] = [fs.readFileSync(path.join(dist, 'embed.js')), types['.js']];
  return files;
}

export default {
  name: 'shopbell',
  title: 'Shopbell',
  body: '<script async src="/embed.js"></script>',
  texts: widget(),
  launcher: 'shopbell-chat >>> button',
  composer: 'shopbell-chat >>> iframe >>> [data-testid=composer]',
  messages: 'shopbell-chat >>> iframe',
  scroller: 'shopbell-chat >>> iframe >>> [data-part=timeline]',
  history: 'held',

  page: (b) => {
    const at = Date.now() - 864e5;
    const all = [];
    const shown = (message) => {
      const sequence = String((at + all.length * 1000) * 1000);
      all.push(sequence);
      return {
        id: sequence,
        sequence,
        createdDate: new Date(Number(sequence) / 1000).toISOString(),
        direction: message.from === 'user' ? 'PARTICIPANT_TO_BUSINESS' : 'BUSINESS_TO_PARTICIPANT',
        sender: message.from === 'user' ? { kind: 'PARTICIPANT' } : { kind: 'APP', name: 'Bot' },
        content: { contentType: 'BASIC', basic: { items: [{ text: message.text }] } },
        badges: [],
      };
    };
    const mock = (window.__shopbell = { history: [], say: () => {}, shown, last: () => all.at(-1) ?? '0' });
    mock.ready = location.search.includes('history') ? new Promise((done) => { mock.release = done; }) : Promise.resolve();
    const text = (message) => message.content.basic.items[0].text;
    const bubbles = () => b.qa('shopbell-chat >>> iframe >>> [data-testid=message]');
    return {
      async inject(list) {
        mock.history = list.map(shown);
        mock.release();
      },
      push: (message) => {
        const previousSequence = mock.last();
        mock.say({ type: 'message', message: shown(message), previousSequence });
      },
      count: () => bubbles().length,
      // A window of the conversation is drawn: its newest message stands at the end. Older ones come from the server, a page
      // at a time, as one scrolls to them.
      rendered: () => {
        const newest = mock.history.at(-1);
        const last = bubbles().at(-1);
        const start = newest && text(newest).replace(/\s+/g, ' ').trim().slice(0, 20);
        return !!last && last.textContent.replace(/\s+/g, ' ').trim().startsWith(start);
      },
    };
  },

  // The server as the page in the frame knows it.
  frame: () => {
    const mock = window.top.__shopbell;
    if (!mock) return;
    // The bench adds up the memories that it sees in the page; the program's is in this frame.
    const { __b: outer } = window.top;
    const ofPage = outer.wasmBytes;
    outer.wasmBytes = () => ofPage() + window.__b.wasmBytes();
    const settings = { siteId: 'aaaaaaaa-4bbf-4d99-b2f9-962e555264c3', businessName: 'Bench', uploadMaxBytes: 26214400, uploadAccept: 'image/*,.pdf' };
    const participant = { anonymousVisitorId: 'd3a2f1c0-55aa-4b1e-8f3d-7a1f0b2c9e44' };
    const conversationId = 'e56ed8f7-4bbf-3d99-b2f9-962e555264c3';
    const marks = { businessDelivered: '0', businessSeen: '0', participantDelivered: '0', participantSeen: '0' };
    const now = () => new Date().toISOString();
    const page = (search) => {
      const asked = new URLSearchParams(search);
      const place = (name) => BigInt(asked.get(name));
      if (asked.has('after')) {
        const messages = mock.history.filter(({ sequence }) => BigInt(sequence) > place('after')).slice(0, 100);
        return { messages, hasOlder: false, lastSequence: mock.last(), marks };
      }
      const upTo = asked.has('before') ? mock.history.findLastIndex(({ sequence }) => BigInt(sequence) < place('before')) + 1 : mock.history.length;
      const from = Math.max(0, upTo - 50);
      return { messages: mock.history.slice(from, upTo), hasOlder: from > 0, lastSequence: mock.last(), marks };
    };
    const accept = ({ clientId, content }) => ({ ...mock.shown({ from: 'user', text: content.basic.items[0].text }), clientId });
    const answer = async (method, url, body) => {
      await mock.ready;
      if (url.pathname.endsWith('/session')) {
        return { token: 'bench', participant, conversationId, lastSequence: mock.last(), unreadCount: 0, settings, serverTime: now() };
      }
      if (url.pathname.endsWith('/messages')) return method === 'GET' ? page(url.search) : { message: accept(body) };
      return { marks };
    };

    const Real = window.XMLHttpRequest;
    window.XMLHttpRequest = class extends Real {
      open(method, url, ...rest) {
        const address = new URL(url, location.href);
        this.asked = address.pathname.includes('/widget/v1/') ? { method, address } : null;
        if (!this.asked) super.open(method, url, ...rest);
      }
      set timeout(ms) { if (!this.asked) super.timeout = ms; }
      setRequestHeader(...header) { if (!this.asked) super.setRequestHeader(...header); }
      abort() { this.ended = true; if (!this.asked) super.abort(); }
      get status() { return this.asked ? 200 : super.status; }
      get responseText() { return this.asked ? this.text : super.responseText; }
      send(body) {
        if (!this.asked) return super.send(body);
        const { method, address } = this.asked;
        answer(method, address, typeof body === 'string' ? JSON.parse(body) : null).then((value) => {
          if (this.ended) return;
          this.text = JSON.stringify(value);
          this.dispatchEvent(new ProgressEvent('loadend'));
        });
      }
    };

    window.WebSocket = class extends EventTarget {
      static OPEN = 1;
      protocol = 'shopbell.v1';
      readyState = 0;
      bufferedAmount = 0;
      constructor() {
        super();
        mock.ready.then(() => { this.readyState = 1; this.#tell(new Event('open')); });
        mock.say = (frame) => this.#tell(new MessageEvent('message', { data: JSON.stringify(frame) }));
      }
      #tell(event) { this['on' + event.type]?.(event); this.dispatchEvent(event); }
      send(text) {
        const frame = JSON.parse(text);
        if (frame.type === 'hello') mock.say({ type: 'welcome', participant, conversationId, lastSequence: mock.last(), marks, settings, serverTime: now() });
        if (frame.type === 'ping') mock.say({ type: 'pong', n: frame.n });
        if (frame.type === 'send') {
          const message = accept(frame);
          queueMicrotask(() => mock.say({ type: 'ack', clientId: frame.clientId, message }));
        }
      }
      close() { this.readyState = 3; }
    };
  },
};
