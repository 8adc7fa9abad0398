// Runs once. The list of documents, page by page from the server; removing asks first.
let later = null;
let latest = 0;
const at = () => JSON.parse(element.querySelector('.yj-library').dataset.at);

async function look(changes) {
  const turn = ++latest;
  const html = await server.look({...at(), page: 0, ...changes});
  if (turn !== latest) return;  // something else was asked for meanwhile
  const box = element.querySelector('[data-filter]');
  const typed = document.activeElement === box ? [box.value, box.selectionStart] : null;
  const held = document.activeElement.dataset || {};
  element.querySelector('.yj-library').outerHTML = html;
  const again = element.querySelector('[data-filter]');
  if (typed) { again.value = typed[0]; again.focus(); again.setSelectionRange(typed[1], typed[1]); }
  else if (held.sort) element.querySelector(`[data-sort="${held.sort}"]`).focus();
  else if (held.narrow) element.querySelector(`[data-narrow="${held.narrow}"]`).focus();
}

// What an address asks for, once the list is there.
(window.yjGo ||= {}).library = (asked) => {
  const go = () => look({
    words: asked.q, region: asked.region[0] || '', year: asked.year[0] || '',
    collection: asked.collection[0] || '', ...asked.list,
  });
  const wait = () => (element.querySelector('.yj-library') ? go() : setTimeout(wait, 100));
  wait();
};

element.addEventListener('input', (event) => {
  if (event.target.matches('[data-filter]')) {
    clearTimeout(later);
    later = setTimeout(() => look({words: event.target.value}), 200);
  }
});
element.addEventListener('change', (event) => {
  if (event.target.matches('[data-narrow]')) look({[event.target.dataset.narrow]: event.target.value});
});

element.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest(selector);
  const head = at('[data-sort]');
  if (head) {
    const down = head.closest('th').getAttribute('aria-sort') === 'ascending';
    look({sort: head.dataset.sort, down});
    return;
  }
  if (at('[data-page]')) { look({page: Number(at('[data-page]').dataset.page)}); return; }
  if (at('[data-collected]')) { look({collection: at('[data-collected]').dataset.collected}); return; }
  if (at('[data-collect]')) { collect(false); return; }
  if (at('[data-uncollect]')) { collect(true); return; }
  if (at('[data-correct]')) { edit(at('[data-correct]')); return; }
  if (at('[data-leave]')) { leave(); return; }
  if (at('[data-undo]')) { keep(at('form'), {undo: true}); return; }
  if (at('[data-version]') || at('[data-apart]')) {
    settle(at('.yj-asking'), Boolean(at('[data-version]')));
    return;
  }
  if (at('[data-replace]')) {
    trigger('aim', {source: at('[data-replace]').dataset.replace});
    return;
  }
  if (at('[data-remove-picked]') || at('[data-keep-picked]')) {
    const bulk = at('.yj-bulk');
    const asking = Boolean(at('[data-remove-picked]'));
    bulk.querySelector('[data-remove-picked]').hidden = asking;
    bulk.querySelector('.yj-sure').hidden = !asking;
    bulk.querySelector(asking ? '[data-keep-picked]' : '[data-remove-picked]').focus();
    return;
  }
  if (at('[data-sure-picked]')) {
    at('[data-sure-picked]').disabled = true;
    trigger('discard', {source: picked().map((box) => box.dataset.pick)});
    return;
  }
  if (at('[data-remove]')) { ask(at('td'), true); return; }
  if (at('[data-keep]')) { ask(at('td'), false); return; }
  const sure = at('[data-sure]');
  if (sure) {
    sure.disabled = true;
    // Gradio takes whatever holds a `path` for one of its files.
    trigger('discard', {source: sure.dataset.sure});
  }
});

// --- chosen documents ---
const picked = () => [...element.querySelectorAll('[data-pick]:checked')];
const chosen = () => [...element.querySelectorAll('[data-doc]:checked')];
element.addEventListener('change', (event) => {
  const whole = event.target.matches('[data-pick-page]');
  if (!whole && !event.target.matches('[data-pick], [data-doc]')) return;
  if (whole) {
    element.querySelectorAll('[data-pick], [data-doc]').forEach((box) => { box.checked = event.target.checked; });
  }
  const bulk = element.querySelector('.yj-bulk');
  bulk.hidden = !picked().length && !chosen().length;
  bulk.querySelector('.yj-removing').hidden = !picked().length;
  bulk.querySelector('.yj-sure').hidden = true;
  bulk.querySelector('[data-remove-picked]').hidden = false;
  bulk.querySelectorAll('[data-count]').forEach((count) => { count.textContent = picked().length; });
});

async function collect(remove) {
  const box = element.querySelector('[data-collection]');
  const all = element.querySelector('[data-all]');
  const said = await server.collect({
    name: box.value, remove, docs: chosen().map((one) => one.dataset.doc),
    all: Boolean(all && all.checked), at: at(),
  });
  const place = element.querySelector('.yj-library');
  if (!said.wrong) await look({page: JSON.parse(place.dataset.at).page});
  element.querySelectorAll('.yj-library > .yj-note, .yj-library > .yj-message').forEach((one) => one.remove());
  element.querySelector('.yj-library').insertAdjacentHTML('afterbegin', said.message);
  if (said.wrong) box.focus();
}

// --- correcting: a form below the row; the list is fetched again once it is kept ---
let corrected = null;
async function edit(button) {
  const doc = button.dataset.correct;
  const html = await server.form({doc});
  leave();
  corrected = doc;
  const row = document.createElement('tr');
  row.className = 'yj-editing';
  row.innerHTML = `<td colspan="${button.closest('tr').children.length}">${html}</td>`;
  button.closest('tr').after(row);
  const first = row.querySelector('input');
  if (first) first.focus();
}
function leave() {
  element.querySelectorAll('.yj-editing').forEach((row) => row.remove());
  const button = corrected && element.querySelector(`[data-correct="${CSS.escape(corrected)}"]`);
  if (button) button.focus();
  corrected = null;
}
async function keep(form, given) {
  const said = await server.correct({doc: form.dataset.correcting, ...given});
  if (said.wrong) { form.querySelector('[data-told]').innerHTML = said.message; return; }
  const place = element.querySelector('.yj-library');
  await look({page: JSON.parse(place.dataset.at).page});
  element.querySelector('.yj-library').insertAdjacentHTML('afterbegin', said.message);
  leave();
}
element.addEventListener('submit', (event) => {
  event.preventDefault();
  keep(event.target, Object.fromEntries(new FormData(event.target)));
});

// --- an upload with a known name: a version of what is here (both get one family), or none ---
async function settle(asking, version) {
  const {new: given, old, family} = asking.dataset;
  asking.querySelectorAll('button').forEach((button) => { button.disabled = true; });
  let said = await server.correct({doc: given, family: version ? family : '无'});
  if (version && !said.wrong) said = await server.correct({doc: old, family});
  if (said.wrong) {
    asking.querySelectorAll('button').forEach((button) => { button.disabled = false; });
    asking.insertAdjacentHTML('beforeend', said.message);
    return;
  }
  asking.outerHTML = said.message;
  const place = element.querySelector('.yj-library');
  await look({page: JSON.parse(place.dataset.at).page});
}

function ask(cell, asking) {
  const button = cell.querySelector('[data-remove]');
  const question = cell.querySelector('.yj-sure');
  button.hidden = asking;
  question.hidden = !asking;
  (asking ? question.querySelector('[data-keep]') : button).focus();
}
