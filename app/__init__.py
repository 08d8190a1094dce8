"""Satchel's core: everything that is not Qt."""

__version__ = "0.1.0"

TOOL = f"Satchel {__version__}"
"""Name and version, for records and reports."""
