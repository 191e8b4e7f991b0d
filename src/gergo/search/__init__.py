"""Search: the vector table, the index, queries."""
