"""What no stick has is fetched from upstream once, checked, and kept for the next computer."""
