"""Why a picture cannot be used."""

from __future__ import annotations

from gergo.errors import InputError


class PictureError(InputError):
    """A picture that cannot be used; it costs a view, never the import.

    `reason` is one of the codes below, made to be counted; `detail` says what was found.

    picture_missing         no such file
    picture_is_a_url        an address: nothing is downloaded on import
    picture_outside_source  the path leaves the source's folder
    picture_empty           no bytes
    picture_not_an_image    an HTML page, text, or unknown bytes
    picture_unsupported     an image or video of a format that is not read: SVG, PDF, MP4
    picture_truncated       the bytes end too early
    picture_broken          the decoder gave up for another reason
    picture_too_large       more pixels than a photograph has: a decompression bomb
    picture_too_small       a tracking pixel, a line: nothing to see
    picture_blank           white, grey, black or transparent all over: nothing on it
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail

    def __reduce__(self) -> tuple[type[PictureError], tuple[str, str]]:
        return type(self), (self.reason, self.detail)  # so that it survives the way back from a worker process
