"""Texts and numbers in the person's language."""
