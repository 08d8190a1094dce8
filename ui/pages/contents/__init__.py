"""The Contents page and what only it uses."""
