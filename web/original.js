// The original panel: opens a document wherever `data-open` is clicked.
const body = element.querySelector('.yj-panel');

async function open({open: doc, start, end}) {
  const place = start ? [Number(start), Number(end)] : [null, null];
  body.innerHTML = await server.original([doc, ...place]);
  const mark = body.querySelector('mark');
  const box = body.querySelector('.yj-original');
  if (mark && box) {
    box.scrollTop = mark.offsetTop - box.offsetTop - box.clientHeight / 3;
    const seen = mark.getBoundingClientRect();
    if (seen.top < 0 || seen.bottom > window.innerHeight) box.scrollIntoView({block: 'center'});
  } else if (box) {
    const seen = box.getBoundingClientRect();
    if (seen.top < 0 || seen.top > window.innerHeight) box.scrollIntoView({block: 'center'});
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest && event.target.closest('[data-open]');
  if (button) open(button.dataset);
});
