"""Speed and memory against a plain peer, measured in one run: `python -m bench`."""
