"""What joins several packages: the quickstart."""
