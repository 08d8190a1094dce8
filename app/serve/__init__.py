"""The classroom network: what is on sticks, over HTTP."""
