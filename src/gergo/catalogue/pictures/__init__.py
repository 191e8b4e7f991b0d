"""Pictures as a shop has them: found safely, decoded once, and fingerprinted."""

from gergo.catalogue.pictures.decoding import MAX_PIXELS, MAX_SIDE_PX, MIN_SIDE_PX, decode, pixels
from gergo.catalogue.pictures.errors import PictureError
from gergo.catalogue.pictures.locating import PICTURE_SUFFIXES, PictureFolders, load, split
from gergo.catalogue.pictures.reading import Fingerprint, Picture, read

__all__ = [
    "MAX_PIXELS",
    "MAX_SIDE_PX",
    "MIN_SIDE_PX",
    "PICTURE_SUFFIXES",
    "Fingerprint",
    "Picture",
    "PictureError",
    "PictureFolders",
    "decode",
    "load",
    "pixels",
    "read",
    "split",
]
