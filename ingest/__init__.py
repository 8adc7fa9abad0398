"""Bytes → PolicyDoc: files, readers, lines, chrome, metadata, labels, clauses, tables, passages."""
