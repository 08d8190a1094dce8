"""What a remote offers now: its signed lists, fetched and verified, and single objects."""
