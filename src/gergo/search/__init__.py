"""Search: a catalogue's items, found by words, by a picture, or by both.

`index` embeds what is new and records which model did; `flat` is the exact search, `vectors` what it searches.
"""
