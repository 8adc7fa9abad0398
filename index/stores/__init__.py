"""Vector stores: one engine per file, all equal to `exact` in ids and scores."""
