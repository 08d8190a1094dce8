"""What is served, told to the network as libostree's finder and eos-updater look for it."""
