"""What two drives have, and a drive and its upstreams, side by side."""
