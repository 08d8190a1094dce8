"""What this computer needs, for a drive that is made elsewhere."""
