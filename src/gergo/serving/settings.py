"""What a server is told, and how much it lets one request ask of it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

MIB = 2**20


class Limits(BaseModel):
    """The most that a request may ask for; whatever is over gets an error that names the limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_bytes: int = Field(default=32 * MIB, ge=1024, description="of one request's body")
    body_bytes: int = Field(default=256 * MIB, ge=1024, description="of all bodies held at one moment")
    picture_bytes: int = Field(default=16 * MIB, ge=1024, description="of one encoded picture")
    picture_pixels: int = Field(default=50_000_000, ge=64, description="width times height of one picture")
    body_s: float = Field(default=30.0, gt=0, description="for a body to arrive")
    requests: int = Field(default=512, ge=1, description="in work at one moment")
    decoders: int = Field(default=2, ge=1, description="pictures decoded at one moment")
    write_wait_s: float = Field(default=20.0, ge=0, description="for another writer of the catalogue to end")


class Settings(BaseModel):
    """Everything a worker needs to know; it survives the way to another process as JSON.

    Attributes:
        catalogue: a catalogue's folder; it has an index.
        base: a model to show beside the index's own: `base`, a folder or a hub name.
        report: a page that `gergo evaluate --html` wrote, linked from the page.
        keys: a file of API keys; without it everybody may read, and write where that is not closed.
        read_only: nobody may write.
        hosts: names under which the server is asked for; empty: any.
        refresh_s: how often a worker looks whether the catalogue has changed.
        delay_ms: how long the model waits for company when requests come together.
        batch: the most values that one call of the model gets.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    catalogue: Path
    base: str | None = None
    report: Path | None = None
    keys: Path | None = None
    read_only: bool = False
    hosts: tuple[str, ...] = ()
    refresh_s: float = Field(default=2.0, gt=0)
    delay_ms: float = Field(default=2.0, ge=0, le=1000)
    batch: int = Field(default=64, ge=1)
    limits: Limits = Field(default_factory=Limits)
