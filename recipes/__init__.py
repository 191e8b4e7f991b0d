"""Configurations as Python functions: what made the files that Gergo ships, run again by anyone."""
