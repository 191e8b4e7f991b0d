"""One file a kind of endpoint; each has a `router`."""
