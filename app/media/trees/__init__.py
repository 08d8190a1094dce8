"""Install media as trees of files."""
