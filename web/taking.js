// Runs once. Files of answers, and the excerpts of this browser: kept here, written by the server.
const KEPT = 'yj-excerpts';
const MOST = 200;
const tray = element.querySelector('.yj-tray');
const list = tray.querySelector('ol');
const told = tray.querySelector('[data-told]');

function excerpts() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) || '[]');
    return Array.isArray(kept) ? kept.filter((item) => item && typeof item.quote === 'string') : [];
  } catch { return []; }
}
function keep(items) {
  try { localStorage.setItem(KEPT, JSON.stringify(items.slice(0, MOST))); }
  catch { /* no room, or private browsing: nothing is kept */ }
  show();
}
const same = (a, b) => a.doc === b.doc && a.start === b.start && a.end === b.end;
const read = (button) => JSON.parse(button.dataset.excerpt);

function show() {
  const items = excerpts();
  tray.hidden = !items.length;
  if (!items.length) tray.open = false;
  tray.querySelector('output').textContent = items.length;
  list.replaceChildren(...items.map((item) => {
    const line = tray.querySelector('template').content.firstElementChild.cloneNode(true);
    const words = item.quote.replace(/\s+/g, ' ');
    line.querySelector('span').textContent =
      `《${item.title}》 ${words.slice(0, 60)}${words.length > 60 ? '…' : ''}`;
    return line;
  }));
  marks(items);
}
function marks(items) {
  document.querySelectorAll('[data-excerpt]').forEach((button) => {
    const held = String(items.some((item) => same(item, read(button))));
    if (button.getAttribute('aria-pressed') !== held) button.setAttribute('aria-pressed', held);
  });
}

function save(file) {
  const bytes = Uint8Array.from(atob(file.data), (char) => char.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
async function fetched(button, asking, say) {
  button.disabled = true;
  say('');
  try {
    const file = await asking();
    if (file.message) say(file.message); else save(file);
  } finally { button.disabled = false; }
}
// Questions of this visit with their filters, so that a thread is taken as it was asked.
const answered = new Map();
function heard() {
  document.querySelectorAll('#yj-result .yj-taking[data-asked]').forEach((box) => {
    const asked = JSON.parse(box.dataset.asked);
    answered.set(asked.question.trim(), asked);
  });
}

// What the server has to say about an answer stands right below its buttons.
function beside(box) {
  return (message) => {
    box.querySelectorAll('.yj-message').forEach((old) => old.remove());
    box.insertAdjacentHTML('beforeend', message);
  };
}

async function judge(box, button, given) {
  button.disabled = true;
  try {
    const said = await server.judge({asked: JSON.parse(box.dataset.asked), ...given});
    box.querySelectorAll('.yj-judged-now, .yj-message').forEach((old) => old.remove());
    box.insertAdjacentHTML('beforeend', said.message);
  } finally { button.disabled = false; }
}

document.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest && event.target.closest(selector);
  const take = at('[data-take]');
  if (take) {
    const box = take.closest('[data-asked]');
    const asked = JSON.parse(box.dataset.asked);
    const pages = Boolean(box.querySelector('[data-pages]:checked'));
    fetched(take, () => server.take({asked, kind: take.dataset.take, pages}), beside(box));
  }
  const whole = at('[data-take-thread]');
  if (whole) {
    const thread = whole.closest('.yj-thread');
    const asked = [...thread.querySelectorAll('[data-again]')]
      .map((chip) => answered.get(chip.dataset.again.trim())).filter(Boolean);
    fetched(whole, () => server.take({asked, kind: whole.dataset.takeThread}),
      beside(whole.closest('.yj-taking')));
  }
  const verdict = at('[data-verdict]');
  if (verdict) {
    const group = verdict.closest('[role=group]');
    const box = verdict.closest('[data-asked]');
    judge(box, verdict, {verdict: verdict.dataset.verdict}).then(() => {
      group.querySelectorAll('[data-verdict]').forEach((one) => {
        one.setAttribute('aria-pressed', String(one === verdict)); });
    });
  }
  const gold = at('[data-gold]');
  if (gold) {
    const words = gold.parentElement.querySelector('textarea').value;
    if (words.trim()) judge(gold.closest('[data-asked]'), gold, {verdict: gold.dataset.gold, gold: words});
  }
  if (at('[data-print]')) window.print();
  const excerpt = at('[data-excerpt]');
  if (excerpt) {
    const item = read(excerpt);
    const items = excerpts();
    const others = items.filter((other) => !same(item, other));
    keep(others.length < items.length ? others : [...items, item]);
  }
  const memo = at('[data-memo]');
  if (memo && element.contains(memo)) {
    fetched(memo, () => server.memo({items: excerpts(), kind: memo.dataset.memo}),
      (message) => { told.innerHTML = message; });
  }
  if (at('[data-clear]') && element.contains(at('[data-clear]'))) keep([]);
  const drop = at('[data-drop]');
  if (drop && element.contains(drop)) {
    const place = [...list.children].indexOf(drop.closest('li'));
    keep(excerpts().filter((_, number) => number !== place));
  }
});
window.addEventListener('storage', (event) => { if (event.key === KEPT) show(); });
// A new answer: its quotations may be among the excerpts already.
new MutationObserver((changes) => {
  if (changes.some((change) => !element.contains(change.target))) { marks(excerpts()); heard(); }
}).observe(document.body, {childList: true, subtree: true});
show();
