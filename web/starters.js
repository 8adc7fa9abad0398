element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('pick', {question: chip.dataset.ask});
  if (event.target.closest('[data-forget]')) trigger('forget');
});
