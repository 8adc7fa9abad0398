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
  if (at('[data-remove]')) { ask(at('td'), true); return; }
  if (at('[data-keep]')) { ask(at('td'), false); return; }
  const sure = at('[data-sure]');
  if (sure) {
    sure.disabled = true;
    // Gradio takes whatever holds a `path` for one of its files.
    trigger('discard', {source: sure.dataset.sure});
  }
});

function ask(cell, asking) {
  const button = cell.querySelector('[data-remove]');
  const question = cell.querySelector('.yj-sure');
  button.hidden = asking;
  question.hidden = !asking;
  (asking ? question.querySelector('[data-keep]') : button).focus();
}
