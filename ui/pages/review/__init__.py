"""The Review page and what only it uses."""
