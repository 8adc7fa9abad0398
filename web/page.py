"""What the page is dressed in: style sheet, scripts, built-in examples; all from this folder."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent

# Runs once per component, with `element`, `trigger` and `watch` given by the page.
RESULT_SCRIPT = """
element.addEventListener('click', (event) => {
  const badge = event.target.closest('[data-cite]');
  if (badge) {
    const card = element.querySelector('#cite-' + badge.dataset.cite);
    if (card) {
      element.querySelectorAll('.yj-here').forEach((old) => old.classList.remove('yj-here'));
      card.classList.add('yj-here');
      card.scrollIntoView({block: 'nearest', behavior: 'smooth'});
      card.focus({preventScroll: true});
      // Beside the answer there is room for the original; on a phone it would jump away.
      if (window.innerWidth > 900) card.querySelector('.yj-open').click();
    }
    return;
  }
  const open = event.target.closest('[data-open]');
  if (open) {
    const {open: doc, start, end} = open.dataset;
    trigger('open', {doc, start: start ? Number(start) : null, end: end ? Number(end) : null});
  }
});
"""

EXAMPLES_SCRIPT = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('pick', {question: chip.dataset.ask});
});
"""

SOURCE_SCRIPT = """
watch('value', () => {
  const mark = element.querySelector('mark');
  const box = element.querySelector('.yj-original');
  if (mark && box) {
    box.scrollTop = mark.offsetTop - box.offsetTop - box.clientHeight / 3;
    const seen = mark.getBoundingClientRect();
    if (seen.top < 0 || seen.bottom > window.innerHeight) box.scrollIntoView({block: 'center'});
  } else if (box) {
    const seen = box.getBoundingClientRect();
    if (seen.top < 0 || seen.top > window.innerHeight) box.scrollIntoView({block: 'center'});
  }
});
"""


@lru_cache(maxsize=1)
def css() -> str:
    """The style sheet."""
    return (_HERE / "style.css").read_text("utf-8")


@lru_cache(maxsize=1)
def examples() -> dict[str, list[str]]:
    """Built-in example questions by kind, in display order."""
    return json.loads((_HERE / "examples.json").read_text("utf-8"))
