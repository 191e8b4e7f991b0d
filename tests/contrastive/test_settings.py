"""Settings: nothing unknown gets in, spellings are forgiven, defaults follow the size of the catalogue."""

from __future__ import annotations

import pytest

from gergo.contrastive.job import rates_of
from gergo.contrastive.settings import Settings
from gergo.errors import UsageError


def test_values_may_be_strings() -> None:
    parsed = Settings.parse({"epochs": "3", "learning_rate": "1e-4", "augment": "false"})
    assert (parsed.epochs, parsed.learning_rate, parsed.augment) == (3, 1e-4, False)


def test_an_unknown_name_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(UsageError, match="'epoch'") as caught:
        Settings.parse({"epoch": 3})
    assert "'epochs'" in caught.value.hint


@pytest.mark.parametrize(("name", "value"), [("epochs", 0), ("epochs", "many"), ("learning_rate", -1), ("warmup", 1)])
def test_a_value_that_does_not_fit_is_named(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        Settings.parse({name: value})


def test_what_is_set_is_kept_and_the_rest_is_filled() -> None:
    filled = Settings.parse({"epochs": 2}).filled("full", 300)
    assert filled.epochs == 2
    assert all(value is not None for name, value in filled if name not in ("threads", "micro_batch", "templates"))


def test_published_checkpoints_learn_slower_than_the_small_base() -> None:
    small, clip, met = (Settings().filled("full", 300, rates=rates_of(name)) for name in ("embedded", "clip", "joined"))
    assert (small.learning_rate, small.encoder_learning_rate) == (1e-3, 3e-4)
    assert (clip.learning_rate, clip.encoder_learning_rate) == (1e-4, 1e-5)
    assert (met.learning_rate, met.encoder_learning_rate) == (1e-3, 1e-5), "its projections are new"
    assert Settings().filled("lora", 300, rates=rates_of("clip")).encoder_learning_rate == 1e-4
    asked = Settings.parse({"encoder_learning_rate": 1e-6}).filled("full", 300, rates=rates_of("clip"))
    assert asked.encoder_learning_rate == 1e-6


def test_small_catalogues_are_shown_more_often() -> None:
    few, many = (Settings().filled("full", items).epochs for items in (200, 50_000))
    assert few is not None
    assert many is not None
    assert few > many


def test_texts_are_columns_with_weights() -> None:
    assert Settings.parse({"texts": "title:3, description, size: EU:0.5"}).texts == {
        "title": 3.0,
        "description": 1.0,
        "size: EU": 0.5,
    }
    assert Settings.parse({"texts": {"title": 2}}).texts == {"title": 2.0}


@pytest.mark.parametrize("settings", [{"texts": "title:many"}, {"texts": "title:-1"}, {"texts": "title:0"}])
def test_weights_that_draw_nothing_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="texts"):
        Settings.parse(settings)


def test_two_settings_for_the_share_of_titles_are_refused() -> None:
    with pytest.raises(UsageError, match="title_share and texts"):
        Settings.parse({"texts": "title:1", "title_share": 0.5})


def test_templates_are_found_unless_they_are_named() -> None:
    assert Settings().templates is None
    assert Settings.parse({"templates": "{colour} hat | {brand}"}).templates == ("{colour} hat", "{brand}")
    assert Settings.parse({"templates": ""}).templates == ()


@pytest.mark.parametrize(("items", "size"), [(40, 32), (15_000, 50), (50_000, 128)])
def test_batches_are_as_small_as_the_run_is_short(items: int, size: int) -> None:
    assert Settings.parse({"epochs": 5}).filled("full", items).pairs_a_step == size
    assert Settings.parse({"batch_size": 16}).filled("full", items).pairs_a_step == 16


def test_settings_that_do_nothing_are_told() -> None:
    wanted = Settings.parse({"augment": "true", "gradient_checkpointing": "true", "matryoshka": "64,512", "epochs": 3})
    assert wanted.idle("probe", 256) == ["augment", "gradient_checkpointing", "matryoshka=512"]
    assert wanted.idle("lit", 1024) == ["augment"]  # the picture tower's features are cached
    assert wanted.model_copy(update={"locked": "text"}).idle("lit", 1024) == []
    assert wanted.idle("full", 1024) == []
