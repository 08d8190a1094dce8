"""Trying a stick as an offline computer would, with the real flatpak."""
