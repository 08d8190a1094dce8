"""The window and what it puts around the pages."""
