"""Search: a catalogue's items, found by words, by a picture, or by both.

`index` embeds what is new and records which model did. Vectors are searched in `flat` (every one); words in `fulltext`,
by BM25; `fusion` makes one ranking of both.
"""
