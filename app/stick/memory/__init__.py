"""What this computer remembers of jobs: keys, and the snapshots it has accepted."""
