"""Installing from sticks what was checked by this computer's own keys, in the very bytes."""
