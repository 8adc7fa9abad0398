// Once per tab that can be asked: `tab` is its name. Others ask it through `window.yjGo`.
(window.yjGo ||= {})[tab] = (asked) => trigger('go', asked);
element.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at('[data-clear]')) trigger('clear');
  const chip = at('[data-again]');
  if (chip) trigger('go', {q: chip.dataset.again});
});
