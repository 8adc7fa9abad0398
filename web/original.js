// The original panel: opens a document wherever `data-open` is clicked, in any tab.
const panel = element.querySelector('.yj-panel');
const needle = element.querySelector('[data-find]');
const count = element.querySelector('.yj-find output');
let opener = null;
let found = [];
let current = -1;
let withOutline = false;
let withPages = false;
let latest = 0;
let referrer = null;  // the link that opened a clause beside the text

async function read(asked, unasked) {
  const mine = ++latest;
  // The validity of the day that is asked for in the tab beside it.
  const as_of = new URLSearchParams(location.search).get('as_of') || '';
  const html = await server.read({as_of, ...asked});
  if (mine !== latest) return;  // something else is shown meanwhile, or nothing any more
  panel.innerHTML = html;
  const link = panel.querySelector('[data-link]');
  if (link && window.yjPlace) window.yjPlace.opened(link.dataset.link, unasked);
  document.documentElement.classList.add('yj-reading');
  if (withOutline) outline(true);
  search(false);
  const pages = panel.querySelector('[data-sheet]');
  if (withPages && pages) turn(Number(pages.dataset.sheet));
  const mark = panel.querySelector('mark');
  const box = panel.querySelector('.yj-original');
  if (mark) show(mark);
  else if (box) box.scrollTop = 0;
}

// Scrolls inside the panel only, so that the answer beside it stays where it is.
function show(node) {
  const box = panel.querySelector('.yj-original');
  const at = node.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += at - box.clientHeight / 3;
  const within = node.closest ? node : node.startContainer.parentElement; // a range, when found
  const table = within.closest('.yj-table');
  if (!table) return;
  const left = node.getBoundingClientRect().left - table.getBoundingClientRect().left;
  if (left > table.clientWidth * 0.8) table.scrollLeft += left - table.clientWidth / 2;
}

// Others open and close the panel through this; the address is theirs then.
window.yjPanel = {
  open: (asked) => {
    const link = panel.querySelector('[data-link]');
    const now = link && new URLSearchParams(link.dataset.link);
    const at = asked.start === null ? null : `${asked.start}-${asked.end}`;
    if (now && now.get('open') === asked.doc && now.get('at') === at) {
      document.documentElement.classList.add('yj-reading');
    } else read(asked, true);
  },
  close: () => { latest += 1; document.documentElement.classList.remove('yj-reading', 'yj-wide'); },
  // Beside a refusal the panel stays where it is, empty, so that nothing jumps; on a phone it goes.
  empty: () => {
    latest += 1;
    panel.replaceChildren(element.querySelector('[data-empty]').content.cloneNode(true));
    if (window.innerWidth <= 900) window.yjPanel.close();
  },
};

function close() {
  latest += 1;
  document.documentElement.classList.remove('yj-reading', 'yj-wide');
  if (window.yjPlace) window.yjPlace.closed();
  if (opener && opener.isConnected) opener.focus();
}

function outline(open) {
  const nav = panel.querySelector('.yj-reader');
  const button = panel.querySelector('[data-outline]');
  if (!nav || !button) return;
  nav.classList.toggle('yj-with-outline', open);
  button.setAttribute('aria-expanded', String(open));
  withOutline = open;
}

// The page of the file in the place of its text, or the text again.
function paged(open) {
  const page = panel.querySelector('.yj-leaf');
  const button = panel.querySelector('[data-sheet]');
  if (page && !open) page.remove();
  panel.querySelector('.yj-reader').classList.toggle('yj-leafing', open);
  button.setAttribute('aria-pressed', String(open));
}

async function turn(number) {
  const {doc, start, end} = panel.querySelector('.yj-source').dataset;
  const place = (value) => (value === undefined ? null : Number(value));
  const mine = ++latest;
  const html = await server.turn({doc, page: number, start: place(start), end: place(end)});
  const reader = panel.querySelector('.yj-reader');
  if (mine !== latest || !reader) return;
  const old = panel.querySelector('.yj-leaf');
  if (old) old.remove();
  reader.insertAdjacentHTML('beforeend', `<div class="yj-leaf" tabindex="0">${html}</div>`);
  paged(true);
  const frame = panel.querySelector('.yj-frame');
  const box = panel.querySelector('.yj-leaf');
  const image = box.querySelector('img');
  if (image) await image.decode().catch(() => {});
  box.scrollTop = frame ? frame.offsetTop - box.clientHeight / 3 : 0;
}

async function download(doc) {
  const file = await server.download({doc});
  if (file.message) { panel.querySelector('.yj-panelhead').insertAdjacentHTML('beforeend', file.message); return; }
  const bytes = Uint8Array.from(atob(file.data), (char) => char.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// --- find in document: ranges, so that the text itself is not touched ---
function search(move) {
  found = [];
  current = -1;
  const box = panel.querySelector('.yj-original');
  const words = needle.value.toLowerCase();
  if (box && words) {
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let text = '';
    while (walker.nextNode()) { nodes.push([text.length, walker.currentNode]); text += walker.currentNode.data; }
    const low = text.toLowerCase();
    const place = (at) => {
      let from = 0, to = nodes.length - 1;
      while (from < to) { const mid = (from + to + 1) >> 1; if (nodes[mid][0] <= at) from = mid; else to = mid - 1; }
      return [nodes[from][1], at - nodes[from][0]];
    };
    for (let at = low.indexOf(words); at >= 0 && found.length < 5000; at = low.indexOf(words, at + words.length)) {
      const range = document.createRange();
      const [last, offset] = place(at + words.length - 1);
      range.setStart(...place(at));
      range.setEnd(last, offset + 1);
      found.push(range);
    }
  }
  paint();
  if (move && found.length) step(1);
}

function paint() {
  count.textContent = needle.value ? `${current + 1}/${found.length}` : '';
  if (!window.CSS || !CSS.highlights) return;
  CSS.highlights.set('yj-found', new Highlight(...found));
  CSS.highlights.set('yj-current', new Highlight(...found.slice(current, current + 1).filter(() => current >= 0)));
}

function step(by) {
  if (!found.length) return;
  current = (current + by + found.length) % found.length;
  show(found[current]);
  paint();
}

needle.addEventListener('input', () => {
  if (panel.querySelector('.yj-leaf')) paged(false);
  search(true);
});
needle.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
});
element.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest(selector);
  const source = panel.querySelector('.yj-source');
  const data = source ? source.dataset : {};
  const number = (value) => (value === undefined ? null : Number(value));
  if (at('[data-close]')) close();
  else if (at('[data-widen]')) {
    const wide = document.documentElement.classList.toggle('yj-wide');
    at('[data-widen]').setAttribute('aria-pressed', String(wide));
  } else if (at('[data-step]')) step(Number(at('[data-step]').dataset.step));
  else if (at('[data-outline]')) outline(!withOutline);
  else if (at('[data-go]')) {
    const target = panel.querySelector('#' + CSS.escape(at('[data-go]').dataset.go));
    if (target) show(target);
    if (window.innerWidth <= 900) outline(false);
  } else if (at('[data-home]')) {
    const page = panel.querySelector('.yj-leaf') && panel.querySelector('[data-sheet]');
    const mark = panel.querySelector('mark');
    if (page) turn(Number(page.dataset.sheet));
    else if (mark) show(mark);
  }
  else if (at('[data-script]')) read({
    doc: data.doc, start: number(data.start), end: number(data.end),
    simple: at('[data-script]').dataset.script === 'simple',
  }, true);
  else if (at('[data-turn]')) turn(Number(at('[data-turn]').dataset.turn));
  else if (at('[data-sheet]')) {
    withPages = !panel.querySelector('.yj-leaf');
    if (!withPages) paged(false);
    else turn(Number(at('[data-sheet]').dataset.sheet));
  } else if (at('[data-download]')) download(data.doc);
  else if (at('[data-beside-close]')) {
    panel.querySelector('.yj-beside').replaceChildren();
    if (referrer && referrer.isConnected) referrer.focus({preventScroll: true});
  }
  // With a key held the link opens in a tab of its own, as links do.
  const link = at('[data-beside]');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    referrer = link;
    beside(link.dataset);
  }
});

// A clause that is referred to, below the text that refers to it.
async function beside({beside: doc, clause}) {
  const mine = ++latest;
  const html = await server.clause({doc, clause});
  const box = panel.querySelector('.yj-beside');
  if (mine !== latest || !box) return;
  box.innerHTML = html;
  const shown = box.querySelector('.yj-besides');
  if (shown) shown.focus({preventScroll: true});
}

document.addEventListener('click', (event) => {
  const button = event.target.closest && event.target.closest('[data-open]');
  if (!button) return;
  if (!element.contains(button)) opener = button;
  const {open: doc, start, end} = button.dataset;
  const place = (value) => (value === undefined ? null : Number(value));
  read({doc, start: place(start), end: place(end)}, !event.isTrusted)
    .then(() => { if (event.isTrusted) panel.focus({preventScroll: true}); });
});
document.addEventListener('keydown', (event) => {
  // A list of choices that is open takes the key for itself.
  const choosing = event.target.closest && event.target.closest('[role=combobox]');
  if (event.key === 'Escape' && !choosing && document.documentElement.classList.contains('yj-reading')) close();
  if (event.key === 'f' && (event.ctrlKey || event.metaKey) && element.contains(document.activeElement)) {
    event.preventDefault();
    needle.focus();
    needle.select();
  }
});
