"""Question → proven answer: asked → route (header, facts, clauses) → proof."""
