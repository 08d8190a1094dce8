"""Keyrings and signature verdicts."""
