// Runs once. What Gradio's fields leave undone for whoever uses the keyboard, listens, or reads in
// the language that its browser does not speak: Gradio words some parts once and never again.
function mend() {
  const say = window.yjSay;
  if (!say) return;
  document.querySelectorAll('#yj-tabs .upload-container').forEach((field) => {
    // It is named in English, whatever is written on it: what is written names it.
    field.removeAttribute('aria-label');
    const wrap = field.querySelector('.or')?.parentElement;
    if (!wrap) return;
    const texts = [...wrap.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    const told = texts.length === 2 ? [say('upload.drop'), say('upload.click')] : [];
    told.forEach((words, n) => { if (texts[n].data !== words) texts[n].data = words; });
    const or = wrap.querySelector('.or');
    if (or.textContent !== say('upload.or')) or.textContent = say('upload.or');
  });
  document.querySelectorAll('#yj-tabs .icon-button-wrapper button[aria-haspopup]').forEach((button) => {
    ['aria-label', 'title'].forEach((name) => set(button, name, say('upload.clear')));
  });
  // A field with choices is named by the words above it.
  document.querySelectorAll('#yj-tabs .block input[role=combobox]').forEach((field) => {
    const told = field.closest('.block').querySelector('[data-testid=block-info]');
    if (told) set(field, 'aria-label', told.innerText.trim());
  });
  // A list of choices scrolls, and browsers stop at what scrolls: the field itself is the control.
  document.querySelectorAll('ul.option-list:not([tabindex])').forEach((list) => { list.tabIndex = -1; });
  // Radio buttons of one question are one control, with a name.
  document.querySelectorAll('#yj-tabs .block:has(input[type=radio])').forEach((block) => {
    const radios = block.querySelectorAll('input[type=radio]');
    radios.forEach((radio) => { if (radio.name !== block.id) radio.name = block.id; });
    const group = radios[0].closest('.wrap');
    const told = block.querySelector('[data-testid=block-info]');
    if (!told || group.hasAttribute('role')) return;
    told.id = `${block.id}-name`;
    group.setAttribute('role', 'radiogroup');
    group.setAttribute('aria-labelledby', told.id);
  });
}
function set(node, name, words) {
  if (words && node.getAttribute(name) !== words) node.setAttribute(name, words);
}
window.yjMend = mend;
mend();
new MutationObserver(mend).observe(document.body, {childList: true, subtree: true, characterData: true});

// Gradio tells the server of what is typed by keys only: not of what is pasted, or composed.
document.addEventListener('input', (event) => {
  if (event.target.matches && event.target.matches('input[role=combobox]')) {
    event.target.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true, key: 'Unidentified'}));
  }
});
