"""Container registries with apps in them, as Fedora's: what they list, and images from them."""
