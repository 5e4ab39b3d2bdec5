// Fetched by the widget's page (src/host/bootstrap.js) where WebAssembly is blocked: the pages without a program take the
// panel, and of the widget's own page only the way out of it stays.
const { state, post, adopt, takeDraft } = window.shopbellBridge;
const root = document.documentElement;

if (state.framed) fillPanel();
else location.replace('plain/?lang=' + root.lang);

function fillPanel() {
  const pages = document.createElement('iframe');
  pages.title = document.title;
  const panel = document.querySelector('.panel');
  const minimize = panel.querySelector('[data-part="minimize"]');
  pages.style = 'grid-row: 1 / -1; inline-size: 100%; block-size: 100%; border: 0; color: var(--_accent)';
  minimize.style = 'position: absolute; z-index: 1; inset-block-start: 12px; inset-inline-end: 12px; color: var(--_on-fill)';
  const { focused } = takeDraft();
  panel.replaceChildren(minimize, pages);
  if (focused) pages.focus();
  adopt(({ type, id, focus }) => {
    if (type === 'call') {
      const error = { code: 'NOT_STARTED', message: 'This browser blocks WebAssembly.' };
      post({ type: 'answer', id, error });
    }
    if (type === 'page') show();
    if (focus) pages.focus();
  });
  show();

  // Not before the panel is opened: by then the host page has said its colors.
  function show() {
    if (state.maximized && !pages.src) pages.src = 'plain/?' + new URLSearchParams(look(pages));
  }
}

// The page's language and colors, as the addresses of these pages take them.
function look(element) {
  const [, ...accent] = getComputedStyle(element).color.match(/^rgb\((\d+), (\d+), (\d+)\)$/) || [];
  const hex = accent.map((part) => (+part).toString(16).padStart(2, '0')).join('');
  return { framed: 1, lang: root.lang, scheme: state.scheme, accent: hex };
}
