// Runs once. The table of a document's targets: filter while typing, sort by a column.
element.addEventListener('input', (event) => {
  if (!event.target.matches('[data-filter]')) return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  element.querySelectorAll('tbody tr').forEach((row) => {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  });
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-sort]');
  if (!button) return;
  const head = button.closest('th');
  const place = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute('aria-sort') === 'ascending';
  head.parentElement.querySelectorAll('th').forEach((th) => th.setAttribute('aria-sort', 'none'));
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
});
