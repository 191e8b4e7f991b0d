"""Towers: encoders and their projections into one latent space, and the cache of their vectors."""
