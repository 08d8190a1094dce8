"""Formats that flatpak, ostree and GLib share. No I/O."""
