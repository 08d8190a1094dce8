"""Catalogues: what remotes say about their apps, searched while one types."""
