/*! Shopbell, MIT OR Apache-2.0: docs/embed.md */
(() => {
  const script = document.currentScript;
  const loaded = customElements.get('shopbell-chat');
  if (loaded) return loaded.start(script);

  const chat = new URL('widget/', script.src);
  const page = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme:dark)');
  const narrow = '@media (max-width:480px),(max-height:480px)';
  const tokenNames = ['accent', 'on-accent', 'surface', 'text', 'font', 'radius'];
  // Where a chat is not called "Chat".
  const names = { pl: 'Czat', tr: 'Sohbet', ru: 'Чат', ja: 'チャット', zh: '聊天', he: 'צ׳אט', ar: 'محادثة' };

  const styles = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };
  const sheet = styles(`
:host{all:initial;color-scheme:inherit;position:fixed;bottom:var(--_y);inset-inline-end:var(--_x);z-index:var(--shopbell-z-index,999999999);
--_accent:var(--shopbell-accent,#2456d6);--_size:var(--shopbell-launcher-size,60px);
--_x:calc(var(--shopbell-inset-inline,20px) + env(safe-area-inset-right));
--_y:calc(var(--shopbell-inset-block,20px) + env(safe-area-inset-bottom))}
:host([inline]){position:relative;inset:auto;display:block;height:var(--shopbell-panel-height,660px)}
:host([position=left]),:host([position=start]:dir(ltr)){direction:rtl}
:host([position=right]),:host([position=start]:dir(rtl)){direction:ltr}
:host([hidden]),:host([no-launcher]) button,:host([inline]) [aria-expanded=true],span:empty{display:none}
button,iframe,a{all:unset;position:absolute;bottom:0;inset-inline-end:0;box-sizing:border-box;box-shadow:0 0 2px #0006,0 8px 32px #0004}
button{width:var(--_size);height:var(--_size);border-radius:50%;forced-color-adjust:none;
background:var(--_accent);color:var(--shopbell-on-accent,lch(from var(--_accent) calc((60 - l)*99) 0 0));cursor:pointer}
button:hover{transform:scale(1.05)}
:focus-visible{outline:3px solid var(--_accent);outline-offset:3px}
button::before,button::after{content:'';position:absolute;inset:0;width:28px;height:26px;margin:auto;
border-radius:50% 50% 50% 15%;background:radial-gradient(circle,var(--_accent) 2px,currentColor 2.5px) 50%/9px}
button::after{border-radius:0;background:currentColor;clip-path:polygon(15% 35%,50% 65%,85% 35%,95% 45%,50% 85%,5% 45%)}
[aria-expanded=true]::before,[aria-expanded=false]::after{opacity:0;transform:rotate(90deg)}
span{position:absolute;inset:-4px -4px auto auto;padding:0 7px;border-radius:99px;background:#c8102e;color:#fff;font:600 13px/22px system-ui;outline:2px solid #fff}
iframe,a{bottom:calc(var(--_size) + 16px);width:min(var(--shopbell-panel-width,400px),100vw - 2*var(--_x));
border-radius:var(--shopbell-radius,18px);background:var(--shopbell-surface,light-dark(#fff,#16181d))}
a{padding:20px;color:LinkText;font:16px system-ui}
iframe{height:min(var(--shopbell-panel-height,660px),100dvh - 2*var(--_size));visibility:hidden;opacity:0;transform:translateY(16px)}
:host([no-launcher]) iframe{bottom:0}
:host([inline]) iframe{inset:0;width:100%;height:100%}
[aria-expanded=true]~iframe{visibility:visible;opacity:1;transform:none}
${narrow}{[aria-expanded=true]:has(~iframe){visibility:hidden}
:host(:not([inline])) iframe{position:fixed;inset:var(--_top,0) 0 auto!important;width:100%;height:var(--_height,100dvh);border-radius:0;
padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)}}
@media (prefers-reduced-motion:no-preference){*,::before,::after{transition:opacity .2s,transform .2s}}
@media (forced-colors:active){button{--_accent:CanvasText;color:Canvas}}
@media print{:host{display:none}}`);

  const make = (parent, name, properties) => parent.appendChild(Object.assign(document.createElement(name), properties));
  const fault = (code, message) => Object.assign(Error(message), { code });
  const left = new Set();
  let counter = 0;

  class ShopbellChat extends HTMLElement {
    static observedAttributes = ['accent', 'color-scheme', 'hidden', 'identity-token', 'label', 'locale'];
    #button; #observer; #frame; #link; #port; #lock; #told; #words;
    #drop = () => {};
    #calls = {};
    #maximized = false;
    #unread = 0;
    #connection = 'idle';

    static start(script) {
      const insert = () => {
        if (document.querySelector('shopbell-chat')) return;
        const element = document.createElement('shopbell-chat');
        for (const { name, value } of script.attributes) {
          if (name.startsWith('data-')) element.setAttribute(name.slice(5), value);
        }
        page.append(element);
      };
      if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', insert);
      else insert();
    }

    constructor() {
      super();
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sheet];
      const warm = () => this.#warm();
      this.#button = make(root, 'button', {
        onpointerenter: warm,
        onfocus: warm,
        onclick: () => this.toggle(),
        onkeydown: ({ key }) => key !== 'Escape' || this.minimize(),
      });
      this.#button.dataset.testid = 'launcher';
      make(this.#button, 'span', { part: 'badge' }).dataset.testid = 'unread';
    }

    connectedCallback() {
      this.#observer = new MutationObserver(() => this.#draw());
      this.#observer.observe(page, { attributeFilter: ['lang', 'dir'] });
      this.#draw();
      queueMicrotask(() => (left.delete(this.id) || this.#inline) && this.maximize({ focus: false }));
      const queue = window.Shopbell;
      if (!queue?.isConnected) window.Shopbell = this;
      this.#emit('ready');
      queue?.forEach?.((call) => this.push(call).catch(this.#report));
    }

    disconnectedCallback() {
      if (this.#maximized) left.add(this.id);
      this.#observer.disconnect();
      this.#drop(fault('CLOSED', 'removed'));
      this.#maximized = false;
    }

    connectedMoveCallback() {}

    attributeChangedCallback(name, _old, value) {
      if (name === 'accent') this.style.setProperty('--shopbell-accent', value);
      if (name === 'identity-token') this.#prove();
      if (this.hidden) this.minimize();
      if (name === 'hidden' && this.#observer) this.#emit(this.hidden ? 'hide' : 'show');
      this.#draw();
    }

    get #inline() { return this.hasAttribute('inline'); }
    get maximized() { return this.#maximized; }
    get isVisible() { return this.#maximized || this.#button.checkVisibility(); }
    get global() { return this.parentNode === page; }
    get rendered() { return this.isConnected; }
    get type() { return '$w.Chatbox'; }
    get unreadCount() { return this.#unread; }
    get connectionState() { return this.#connection; }

    async ready() { return this; }
    async load() { return this.#warm(); }
    maximize({ focus = true } = {}) {
      const link = this.#warm();
      const changed = !this.#maximized;
      this.hidden = false;
      this.#maximized = true;
      this.#draw(focus);
      if (changed) this.#emit('maximize');
      return link;
    }
    async minimize() {
      if (!this.#maximized) return;
      const inside = this.shadowRoot.activeElement;
      this.#maximized = false;
      this.#draw();
      if (inside) this.#button.focus();
      this.#emit('minimize');
    }
    toggle() { return this.#maximized ? this.minimize() : this.maximize(); }
    async show() { this.hidden = false; }
    async hide() { this.hidden = true; }
    async focusChannel(info) { await this.maximize(); return this.#call('focusChannel', info); }
    async getChannel(info) { return this.#call('getChannel', info); }
    async getChannelList() { return this.#call('getChannelList'); }
    async getParticipant() { return this.#call('getParticipant'); }
    async sendMessage(info) { return this.#call('sendMessage', info); }
    async prefill(text) { return this.#call('prefill', text); }
    async identify(info) { return this.#call('identify', info); }
    // The frame goes with everything it shows; the next one begins with an empty storage.
    async signOut() {
      this.removeAttribute('identity-token');
      await this.#call('signOut');
      await this.minimize();
      this.#unread = 0;
      this.#drop(fault('CLOSED', 'signed out'));
      this.#draw();
    }
    onMaximize(handler) { return this.#on('shopbell-maximize', handler); }
    onMinimize(handler) { return this.#on('shopbell-minimize', handler); }
    onMessageSent(handler) { return this.#on('shopbell-message-sent', handler); }
    onMessageReceived(handler) { return this.#on('shopbell-message-received', handler); }
    onIdentityExpired(handler) {
      return this.#on('shopbell-identity-expired', async (detail) => {
        const token = await handler(detail);
        if (token) this.identify(token).catch(this.#report);
      });
    }
    onMouseIn(handler) { return this.#on('mouseenter', handler); }
    onMouseOut(handler) { return this.#on('mouseleave', handler); }
    async push(...calls) {
      let result;
      for (const call of calls) result = call.call ? call(this) : this[call[0]](...call.slice(1));
      return result;
    }
    async destroy() {
      this.remove();
      left.delete(this.id);
      if (window.Shopbell === this) delete window.Shopbell;
    }

    #on(name, handler) {
      this.addEventListener(name, ({ detail }) => handler(detail));
      return this;
    }

    #emit(name, detail) {
      this.dispatchEvent(new CustomEvent('shopbell-' + name, { bubbles: true, composed: true, detail }));
    }

    #report = ({ code, message }) => this.#emit('error', { code, message });

    #warm() {
      if (this.#link) return this.#link;
      const link = this.#link = new Promise((resolve, reject) => {
        const root = this.shadowRoot;
        root.querySelector('a')?.remove();
        const stop = new AbortController();
        const options = { signal: stop.signal };
        const hash = new URLSearchParams({ host: location.origin, instance: ++counter, scheme: this.#scheme() });
        const frame = this.#frame = make(root, 'iframe', {
          part: 'frame',
          title: this.#button.ariaLabel,
          allow: 'clipboard-write',
          src: chat + '?lang=' + this.#locale() + '#' + hash,
          onload: () => {
            clearTimeout(timer);
            if (!this.#port) timer = setTimeout(refuse, 3e3);
          },
        });
        const lock = this.#lock = styles(narrow + '{html{overflow:hidden!important}}');
        document.adoptedStyleSheets.push(lock);
        this.#drop = (error) => {
          clearTimeout(timer);
          stop.abort();
          document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== lock);
          frame.remove();
          this.#frame = this.#port = this.#link = null;
          this.#connection = 'idle';
          for (const call of Object.values(this.#calls)) call.reject(error);
          this.#calls = {};
          reject(error);
        };
        const refuse = () => {
          const error = fault('FRAME_BLOCKED', `add ${location.origin} to the allowed origins of ${chat.origin}`);
          this.#drop(error);
          this.#report(error);
          make(root, 'a', { part: 'link', target: '_blank', href: chat, textContent: this.#button.ariaLabel + ' ↗' });
        };
        let timer = setTimeout(refuse, 2e4);
        const fit = () => {
          const { height, offsetTop, scale } = visualViewport;
          frame.style.setProperty('--_height', scale > 1 ? '' : height + 'px');
          frame.style.setProperty('--_top', scale > 1 ? '' : offsetTop + 'px');
        };
        visualViewport.addEventListener('resize', fit, options);
        visualViewport.addEventListener('scroll', fit, options);
        dark.addEventListener('change', () => this.#draw(), options);
        addEventListener('message', ({ source, origin, data, ports: [port] }) => {
          if (source !== frame.contentWindow || origin !== chat.origin || data?.shopbell !== 'hello') return;
          clearTimeout(timer);
          this.#port = port;
          this.#told = '';
          port.onmessage = ({ data }) => this.#receive(data);
          this.#draw(root.activeElement === frame);
          this.#prove();
          resolve();
        }, options);
        for (const node of [page, document.body, this]) this.#observer.observe(node, { attributes: true });
      });
      link.catch(() => {});
      return link;
    }

    // A page that is only looked at opens no chat for it.
    #prove() {
      const token = this.getAttribute('identity-token');
      if (token && this.#port) this.identify(token).catch(this.#report);
    }

    async #call(method, argument) {
      await this.#warm();
      return new Promise((resolve, reject) => {
        const id = ++counter;
        this.#port.postMessage({ type: 'call', id, method, args: [argument] });
        this.#calls[id] = { resolve, reject };
      });
    }

    #receive({ type, id, value, error, name, detail }) {
      if (type === 'minimize') this.minimize();
      if (type === 'answer') {
        if (error) this.#calls[id]?.reject(Object.assign(Error(), error));
        else this.#calls[id]?.resolve(value);
        delete this.#calls[id];
      }
      if (type === 'event') {
        this.#unread = detail.count ?? this.#unread;
        this.#words = detail.words ?? this.#words;
        this.#connection = detail.state ?? this.#connection;
        this.#draw();
        this.#emit(name, detail);
      }
    }

    // The server speaks the first of these that it can.
    #locale() {
      return [this.getAttribute('locale'), page.lang, ...navigator.languages].filter(Boolean).join();
    }

    #scheme() {
      const asked = this.getAttribute('color-scheme');
      const scheme = /light|dark/.test(asked) ? asked : getComputedStyle(page).colorScheme;
      return /dark/.test(scheme) && (dark.matches || !/light/.test(scheme)) ? 'dark' : 'light';
    }

    #draw(focus) {
      const maximized = this.#maximized;
      const count = maximized ? 0 : this.#unread;
      const shown = `${count > 99 ? '99+' : count || ''}`;
      const words = this.#words;
      const locale = this.#locale();
      const label = this.getAttribute('label') || names[locale.slice(0, 2)] || 'Chat';
      Object.assign(this.#button, {
        ariaLabel: !count ? label : `${label}, ` + (words.includes(shown) ? words : `${shown}, ${words}`),
        ariaExpanded: maximized,
        part: maximized ? 'launcher launcher-maximized' : 'launcher',
      });
      this.#button.firstChild.textContent = shown;
      const frame = this.#frame;
      if (!frame) return;
      const scheme = frame.style.colorScheme = this.#scheme();
      const style = getComputedStyle(this);
      const tokens = {};
      for (const name of tokenNames) tokens[name] = style.getPropertyValue('--shopbell-' + name);
      this.#lock.disabled = !maximized || this.#inline;
      if (focus) frame.focus();
      const message = { type: 'page', maximized, focus, locale, scheme, tokens };
      const told = JSON.stringify(message);
      if (focus || told !== this.#told) this.#port?.postMessage(message);
      this.#told = told;
    }
  }

  customElements.define('shopbell-chat', ShopbellChat);
  ShopbellChat.start(script);
})();
