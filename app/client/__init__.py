"""The other end: what a computer without internet does with a stick."""
