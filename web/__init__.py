"""What `app.py` shows: pure functions from records to HTML, the style sheet, the page's script."""
