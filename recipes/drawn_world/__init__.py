"""A drawn world and its words: what the embedded base learns from besides real catalogues. No torch.

for pixels, captions in samples(1000, seed=0): ...
for phrase in caption_corpus(1000, seed=0): ...
python -m recipes.drawn_world sheet.png        (a contact sheet, and the rate)
"""

from .commerce import caption_corpus
from .scenes import sample, samples

__all__ = ["caption_corpus", "sample", "samples"]
