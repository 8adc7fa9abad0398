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
async function speak(language) {
  if (gradioCore) {
    const core = await import(gradioCore);
    if (core.changeLocale) core.changeLocale(language);
  }
  root.lang = language;
}
speak(chosen());
new MutationObserver(() => { if (root.lang !== chosen()) root.lang = chosen(); })
  .observe(root, {attributes: true, attributeFilter: ['lang']});
window.yjEnglish = () => root.lang === 'en';

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
  }
});
