"""What Flatpak means by refs, remotes, metadata and related refs."""
