// Runs once. Language, citation badges and copy buttons of the whole page, in any tab.
const root = document.documentElement;

// --- language: Chinese unless this browser's reader chose English ---
const LANGUAGE = 'yj-language';
function chosen() {
  try { return localStorage.getItem(LANGUAGE) === 'en' ? 'en' : 'zh-CN'; } catch { return 'zh-CN'; }
}
// Gradio's own translations follow the same choice; its module is already loaded.
const gradioCore = performance.getEntriesByType('resource').map((entry) => entry.name)
  .find((name) => /\/core-[^/]*\.js$/.test(name));
let core = null;
async function speak(language) {
  if (gradioCore) {
    core = await import(gradioCore);
    if (core.changeLocale) core.changeLocale(language);
  }
  root.lang = language;
  labels();
  if (window.yjMend) window.yjMend();
}
window.yjSay = (key) => words()[key] || '';
function words() { return (window.gradio_config.i18n_translations || {})[chosen()] || {}; }
// A language that arrives late, because it has to be loaded, does not undo a later choice.
let insisting = false;
function insist() {
  const button = document.querySelector('#yj-ask');
  if (!core || !button || insisting || button.innerText.trim() === words()['ask.button']) return;
  insisting = true;
  setTimeout(() => { insisting = false; insist(); }, 200);
  core.changeLocale(chosen());
}
// Labels of tabs are translated once by Gradio, so a switch has to set them here.
function labels() {
  const known = words();
  const set = (node, name, told) => {
    if (told !== undefined && node.getAttribute(name) !== told) node.setAttribute(name, told);
  };
  document.querySelectorAll('[data-label]').forEach((node) => set(node, 'aria-label', known[node.dataset.label]));
  document.querySelectorAll('[data-hint]').forEach((node) => set(node, 'placeholder', known[node.dataset.hint]));
  document.querySelectorAll('[data-text]').forEach((node) => {
    const told = known[node.dataset.text];
    if (told !== undefined && node.textContent !== told) node.textContent = told;
  });
  document.querySelectorAll('[role=tab][data-tab-id]').forEach((tab) => {
    const label = known['tab.' + tab.dataset.tabId];
    const text = [...tab.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
    if (label && text && text.data !== label) text.data = label;
  });
}
speak(chosen());
new MutationObserver(() => { if (root.lang !== chosen()) root.lang = chosen(); })
  .observe(root, {attributes: true, attributeFilter: ['lang']});

document.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest && event.target.closest(selector);
  const language = at('[data-language]');
  if (language) {
    const next = chosen() === 'en' ? 'zh-CN' : 'en';
    try { localStorage.setItem(LANGUAGE, next); } catch { /* private browsing: this page only */ }
    speak(next);
    return;
  }
  const badge = at('[data-cite]');
  if (badge) {
    const card = document.getElementById('cite-' + badge.dataset.cite);
    if (!card) return;
    document.querySelectorAll('.yj-here').forEach((old) => old.classList.remove('yj-here'));
    card.classList.add('yj-here');
    card.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    card.focus({preventScroll: true});
    // Beside the answer there is room for the original; on a phone it would cover it.
    const open = card.querySelector('[data-open]');
    if (open && window.innerWidth > 900) open.click();
    return;
  }
  const link = at('[data-copy-link]');
  const copy = link || at('[data-copy]');
  if (copy) {
    const address = () => {
      const here = new URLSearchParams(link.dataset.copyLink);
      const asked = link.closest('[data-address]');
      const query = [asked && asked.dataset.address, String(here)].filter(Boolean).join('&');
      return location.origin + location.pathname + '?' + query;
    };
    copyText(link ? address() : copy.dataset.copy).then(
      () => tell('copied', copy), () => tell('refused', copy));
    const menu = copy.closest('details');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  }
  // A menu closes when something else is clicked.
  document.querySelectorAll('details.yj-copy[open]').forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest && event.target.closest('details.yj-copy[open]');
  if (menu) { menu.open = false; menu.querySelector('summary').focus(); event.stopPropagation(); }
}, true);

document.addEventListener('toggle', (event) => {
  const menu = event.target.open && event.target.querySelector && event.target.querySelector('.yj-menu');
  if (menu) menu.scrollIntoView({block: 'nearest'});
}, true);

async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // Plain http in an office network has no clipboard interface.
  const field = document.createElement('textarea');
  field.value = text;
  field.style.cssText = 'position:fixed;opacity:0';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (!done) throw new Error('copy');
}

function tell(key) {
  const toast = element.querySelector('.yj-toast');
  toast.dataset.told = key;
  clearTimeout(window.yjToast);
  window.yjToast = setTimeout(() => { toast.dataset.told = ''; }, 1800);
}

// --- a new result is told to whoever cannot see it: what it says, never its cards ---
function say(result) {
  const told = result.querySelectorAll('.yj-banner, .yj-answer, .yj-h, .yj-verdict');
  const spoken = [...told].map((node) => {
    const copy = document.createElement('p');
    copy.append(...[...node.childNodes].map((part) => part.cloneNode(true)));
    const other = chosen() === 'en' ? '.yj-zh' : '.yj-en';
    copy.querySelectorAll(`button, details, ${other}`).forEach((part) => part.remove());
    return copy;
  });
  element.querySelector('[data-say]').replaceChildren(...spoken);
}

// --- beside a new answer, on a wide screen, its first quotation in the original ---
new MutationObserver(() => {
  insist();
  labels();
  document.querySelectorAll('#yj-tabs [data-address]:not([data-said])').forEach((result) => {
    result.dataset.said = 'yes';
    say(result);
  });
  const result = document.querySelector('#yj-result .yj-result');
  if (!result || result.dataset.seen) return;
  result.dataset.seen = 'yes';
  // What an address opens stays; a refusal leaves nothing of the answer before it.
  const linked = new URLSearchParams(location.search);
  if (linked.get('open') && '' + new URLSearchParams(result.dataset.address).get('q') === linked.get('q')) return;
  if (result.querySelector('.yj-refused') && window.yjPanel) window.yjPanel.empty();
  const open = result.querySelector('#cite-1 [data-open]');
  if (open && window.innerWidth > 900) open.click();
}).observe(document.body, {childList: true, characterData: true, subtree: true});
