//! Finding elements the way people do: by what they are and what they are called.

/// `arguments`: a role, an accessible name (a `*` at its end lets it go on), and the name of the group to look in, or an
/// empty text for the whole document. The name is put together from the sources that the pages use, in the order
/// in which a browser looks at them; only what can be seen counts.
pub(crate) const BY_ROLE: &str = r"
const [role, name, group] = arguments;
const selectors = {
  button: 'button,[role=button],summary',
  link: 'a[href],[role=link]',
  textbox: 'textarea,input:not([type]),input[type=text],input[type=email],input[type=url],input[type=password],[role=textbox]',
  checkbox: 'input[type=checkbox],[role=checkbox]',
  combobox: 'select,[role=combobox]',
  tab: '[role=tab]',
  radio: 'input[type=radio],[role=radio]',
  listitem: 'li,[role=listitem]',
  heading: 'h1,h2,h3,h4,[role=heading]',
  option: '[role=option]',
  menuitem: '[role=menuitem]',
};
const tidy = (text) => (text || '').replace(/\s+/g, ' ').trim();
const named = (element) => {
  const by = element.getAttribute('aria-labelledby');
  if (by) return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(' '));
  if (element.hasAttribute('aria-label')) return tidy(element.getAttribute('aria-label'));
  if (element.labels?.length) return tidy(element.labels[0].textContent);
  const text = 'value' in element && element.tagName !== 'BUTTON' ? '' : tidy(element.innerText);
  return text || tidy(element.getAttribute('title')) || tidy(element.getAttribute('placeholder'));
};
const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';
const matches = (element, wanted) =>
  wanted.endsWith('*') ? named(element).startsWith(wanted.slice(0, -1)) : named(element) === wanted;
const groups = [...document.querySelectorAll('[role=group],[role=region],fieldset,section,dialog,nav,main')];
const inside = group ? groups.find((element) => seen(element) && matches(element, group)) : document;
const all = inside ? [...inside.querySelectorAll(selectors[role] || `[role=${role}]`)] : [];
return all.find((element) => seen(element) && matches(element, name)) || null;
";
