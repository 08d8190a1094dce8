"""Copies a stick to other drives, object by object."""
