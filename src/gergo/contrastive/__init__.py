"""Contrastive training: pairs, batches, losses, the loop."""
