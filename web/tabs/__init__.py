"""The tabs of the page, one module each: `tab(page)` fills the open `gr.Tab` (or side panel).

`page` is a `web.shell.Page`:

- `page.service.newest()` is the open `PolicySearch`; take it once at the start of a request and use
  that one to its end, others may already use a newer generation;
- `page.options` are the choices of the installation, e.g. `read_only`;
- `page.say("key")` is a label in the reader's language for any Gradio component, from
  `web.strings.STRINGS`; views (HTML made in Python) use `web.strings.both("key")`;
- `page.blocks.load(...)` is for what has to be fresh whenever the page is opened.

Original panel: no wiring is needed. Any element in any tab with `data-open="DOC_ID"` and, if a
place is meant, `data-start`/`data-end` (code points) opens the original there when it is clicked;
`data-cite="N"` jumps to the card `id="cite-N"`; `data-copy="TEXT"` copies. See `web/shell.js`.

An event listener must not have the name of an endpoint (Gradio would rename the endpoint); it takes
`**shell.PRIVATE`, or `**shell.QUIET` to show no progress, unless it is an interface for programs
(`web/api.py`); HTML components take `**shell.BARE`. Everything from a document or a user goes
through `web.markup.escape`. Gradio is imported inside functions only.

A new tab: its module here, its label in `web.strings`, one entry in `app.TABS`.
"""
