"""Question → proven answer: question, evidence, quantities, owners, rows, compose, cite, pipeline."""
