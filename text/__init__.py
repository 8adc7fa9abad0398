"""Text tools that know nothing of documents."""
