"""The Settings page and what only it uses."""
