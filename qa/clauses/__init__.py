"""Answers from clauses and table rows: pieces of the best hits, put into statements."""
