"""Question → proven answer; see the table of modules in docs for the way through."""
