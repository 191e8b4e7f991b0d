"""A drawn world and its words: what the embedded base learns from besides real catalogues. No torch."""

from .commerce import caption_corpus

__all__ = ["caption_corpus"]
