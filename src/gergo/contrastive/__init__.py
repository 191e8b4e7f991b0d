"""Contrastive training: pairs of views, batches, losses, augmentation, and the loop."""
