"""Where rows come from: a CSV, JSON or Parquet file, a folder of them, or a folder of pictures."""

from gergo.catalogue.sources.opening import open_source
from gergo.catalogue.sources.rows import RawRow, Source

__all__ = ["RawRow", "Source", "open_source"]
