"""The Make page and what only it uses."""
