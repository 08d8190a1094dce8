"""The Drive page and what only it uses."""
