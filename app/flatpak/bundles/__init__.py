"""Single-file bundles."""
