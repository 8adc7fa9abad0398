"""The same clauses, encoder and questions in other systems, each in an environment of its own."""
