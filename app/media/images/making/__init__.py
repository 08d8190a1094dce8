"""From a tree to an image file, without mounting anything and without root."""
