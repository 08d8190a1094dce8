"""Which commit of a ref this computer would take, and from where."""
