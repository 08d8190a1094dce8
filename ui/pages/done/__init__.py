"""The Done page and what only it uses."""
