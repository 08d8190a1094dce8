"""Heals sticks: from other sticks, from what is installed here, from upstream."""
