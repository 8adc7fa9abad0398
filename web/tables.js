// Runs once. Tables that are here as a whole: filter while typing, sort by a column, show the rest.
element.addEventListener('input', (event) => {
  if (!event.target.matches('[data-filter]')) return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  element.querySelectorAll('tbody tr').forEach((row) => {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  });
});

element.addEventListener('click', (event) => {
  const more = event.target.closest('[data-rest]');
  if (more) {
    const rest = more.closest('.yj-scroll, section').querySelectorAll('tbody tr[hidden]');
    rest.forEach((row) => { row.hidden = false; });
    const next = rest[0] && rest[0].querySelector('button');
    more.remove();
    if (next) next.focus();
    return;
  }
  const button = event.target.closest('[data-sort]');
  if (!button) return;
  const head = button.closest('th');
  const table = button.closest('table');
  const place = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute('aria-sort') === 'ascending';
  head.parentElement.querySelectorAll('th').forEach((th) => th.setAttribute('aria-sort', 'none'));
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const key = (row) => {
    const cell = row.children[place];
    if (!cell || cell.dataset.key === '') return null;
    return cell.dataset.key === undefined ? cell.textContent : Number(cell.dataset.key);
  };
  const body = table.tBodies[0];
  const shown = [...body.rows].map((row) => row.hidden);
  const turn = down ? -1 : 1;
  // What has no value in the column stands last, upwards and downwards.
  const rows = [...body.rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return turn * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'zh-CN'));
  });
  // A list that is cut stays cut at the same row; one that is filtered keeps what it shows.
  const cut = table.parentElement.querySelector('[data-rest]');
  rows.forEach((row, n) => { if (cut) row.hidden = shown[n]; body.append(row); });
});
