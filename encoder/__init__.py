"""The bundled embedding model and the code that makes it."""
