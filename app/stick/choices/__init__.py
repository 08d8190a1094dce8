"""Choices as people keep them: saved ones, and lists of apps of many kinds."""
