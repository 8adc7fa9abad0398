// Runs once. The list of documents: filter while typing, sort by a column, remove after asking.
element.addEventListener('input', (event) => {
  if (!event.target.matches('[data-filter]')) return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  element.querySelectorAll('tbody tr').forEach((row) => {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  });
});

element.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at('[data-sort]')) { sort(at('[data-sort]').closest('th')); return; }
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

function sort(head) {
  const place = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute('aria-sort') === 'ascending';
  head.parentElement.querySelectorAll('[aria-sort]').forEach(
    (th) => th.setAttribute('aria-sort', 'none'));
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const key = (row) => {
    const cell = row.children[place];
    return cell.dataset.key === undefined ? cell.textContent : Number(cell.dataset.key);
  };
  const body = element.querySelector('tbody');
  const rows = [...body.rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return typeof x === 'number' ? x - y : x.localeCompare(y, 'zh-CN');
  });
  if (down) rows.reverse();
  rows.forEach((row) => body.append(row));
}
