"""One file a kind of fault: each yields findings from a pairing of source and translation."""
