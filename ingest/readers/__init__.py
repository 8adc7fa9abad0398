"""Readers: the bytes of one file to its `ExtractedText`, one module per media type."""
