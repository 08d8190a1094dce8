"""What has been chosen and set so far."""
