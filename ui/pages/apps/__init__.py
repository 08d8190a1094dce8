"""The Apps page and what only it uses."""
