"""Question → proven answer: question → answers (clauses, metadata, rows) → compose → cite."""
