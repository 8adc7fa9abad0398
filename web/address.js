// Runs once. The address follows what is shown, and what is shown follows the address: question,
// filters and tab (`web/address.py` makes them), the open document and the place in it.
const LIST = ['level', 'kind', 'status', 'format', 'ends', 'sort', 'down', 'page'];  // of the library
const MAIN = [
  'tab', 'q', 'doc', 'collection', 'region', 'year', 'in_force', 'as_of', 'n', 'old', 'new', ...LIST,
];
const PLACE = ['open', 'file', 'at', 'quote', 'sum'];
const shown = {};  // tab → what was last shown there
const wide = () => window.innerWidth > 900;

function part(query, names) {
  const given = new URLSearchParams(query);
  const kept = new URLSearchParams();
  names.forEach((name) => given.getAll(name).forEach((value) => kept.append(name, value)));
  return kept.toString();
}
const main = () => part(location.search, MAIN);
const place = () => part(location.search, PLACE);
const tabOf = (query) => new URLSearchParams(query).get('tab') || 'ask';
const selected = () => {
  const tab = document.querySelector('#yj-tabs [role=tab][aria-selected=true]');
  return tab ? tab.dataset.tabId || tab.id.replace(/^yj-tab-|-button$/g, '') : 'ask';
};

function write(newMain, newPlace, replaces) {
  const query = [newMain, newPlace].filter(Boolean).join('&');
  const url = location.pathname + (query ? '?' + query : '');
  if (url === location.pathname + location.search) return;
  history[replaces ? 'replaceState' : 'pushState']({}, '', url);
}

// Tabs are filled when they are first looked at: what is needed may not be there yet.
function soon(ready, act, tries = 100) {
  if (ready()) act();
  else if (tries) setTimeout(() => soon(ready, act, tries - 1), 100);
}

// --- a new result: its address ---
new MutationObserver(() => {
  document.querySelectorAll('#yj-tabs [data-address]:not([data-told])').forEach((result) => {
    result.dataset.told = 'yes';
    const now = part(result.dataset.address, MAIN);
    const tab = tabOf(now);
    // Beside an answer the examples are folded away, whoever asked.
    const examples = tab === 'ask' && document.querySelector('#yj-try details');
    if (examples) examples.open = false;
    if (shown[tab] === now) return;
    shown[tab] = now;
    const listed = tab === 'library';  // narrowing a list is no step to go back
    if (tab === selected() && now !== main()) write(now, listed ? place() : '', listed);
  });
}).observe(document.body, {childList: true, subtree: true});

// --- the panel tells what it shows ---
window.yjPlace = {
  opened(link, unasked) { write(main(), part(link, PLACE), unasked); },
  closed() { if (place()) write(main(), '', false); },
};

document.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest && event.target.closest(selector);
  const tab = at('#yj-tabs [role=tab]');
  if (tab && event.isTrusted) {
    soon(() => tab.getAttribute('aria-selected') === 'true', () => {
      const name = selected();
      if (name !== tabOf(main())) write(shown[name] || (name === 'ask' ? '' : 'tab=' + name), place(), false);
    }, 10);
  }
  const go = at('[data-go-to]');
  if (go) ask(go.dataset.goTo);
  const versus = at('[data-versus-old]');
  if (versus) {
    const {versusOld, versusNew} = versus.dataset;
    const pair = new URLSearchParams({tab: 'compare', old: versusOld, new: versusNew});
    write(pair.toString(), place(), false);
    restore();
  }
  const edit = at('[data-edit]');
  if (edit) {
    const box = document.querySelector('#yj-question textarea, #yj-question input');
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), 'value').set;
    set.call(box, edit.dataset.edit);
    box.dispatchEvent(new Event('input', {bubbles: true}));
    box.focus();
  }
});

function ask(query) {
  const given = new URLSearchParams(query);
  const tab = tabOf(query);
  const asked = {
    q: given.get('q') || '', doc: given.getAll('doc'), region: given.getAll('region'),
    collection: given.getAll('collection'),
    year: given.getAll('year'), in_force: given.get('in_force') === '1',
    as_of: given.get('as_of') || '', n: Number(given.get('n')) || 0,
    old: given.get('old') || '', new: given.get('new') || '',
    list: {
      level: given.get('level') || '', kind: given.get('kind') || '',
      status: given.get('status') || '', format: given.get('format') || '',
      ends: given.get('ends') || '',
      sort: given.get('sort') || 'title', down: given.get('down') === '1',
      page: Math.max(0, (Number(given.get('page')) || 1) - 1),
    },
  };
  // Two versions are compared in a tab that also compares indicators.
  const name = asked.old ? 'versions' : tab;
  soon(() => window.yjGo && window.yjGo[name], () => window.yjGo[name](asked));
}

function restore() {
  const given = new URLSearchParams(location.search);
  const now = main();
  const tab = tabOf(now);
  const button = () => document.querySelector(`#yj-tab-${CSS.escape(tab)}-button`);
  soon(button, () => { if (selected() !== tab) button().click(); });
  const narrowed = tab === 'library' && now !== 'tab=library';
  const told = given.get('q') || given.get('old') || narrowed;
  if ((shown[tab] || '') !== now && (told || shown[tab])) {
    shown[tab] = now;
    ask(now || 'tab=' + tab);
  }
  soon(() => window.yjPanel, () => {
    if (!given.get('open')) { window.yjPanel.close(); return; }
    const [start, end] = (given.get('at') || '').split('-').map(Number);
    const known = given.get('at') !== null && Number.isInteger(start) && Number.isInteger(end);
    window.yjPanel.open({
      doc: given.get('open'), file: given.get('file') || '', start: known ? start : null,
      end: known ? end : null, quote: given.get('quote') || '', sum: given.get('sum') || '',
    });
  });
}
window.addEventListener('popstate', restore);
soon(() => document.querySelector('#yj-question'), restore);
