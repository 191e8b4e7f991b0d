"""Serving: the HTTP API over a catalogue's index, and the page at `/` that people search with.

`app` joins the parts; `live` holds the index and follows the catalogue; `batching` turns requests that come together
into one call of the model; `guarding` is what every request passes; the other files are endpoints and their schemas.
"""
