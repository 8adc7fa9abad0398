"""Answers from facts: which indicator is meant, its values, documents side by side."""
