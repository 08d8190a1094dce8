"""Registers the drives that are plugged in with flatpak, each once it is known to be sound."""
