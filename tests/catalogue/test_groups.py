"""Groups: what is tied is together, in one split, whatever the order; what would bridge two splits is refused."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.items import item, own_clusters

from gergo.catalogue.groups import assign, clusters
from gergo.catalogue.item import Item
from gergo.catalogue.splits import HELD_OUT_BRANDS, TEST, TRAIN, HeldOut

NOBODY = HeldOut([], [])


small = st.sampled_from(["", "x", "y", "z"])
rows = st.lists(
    st.tuples(st.sets(st.sampled_from("pqrstuv"), max_size=2), small, st.sampled_from(["", "acme", "bolt"])),
    max_size=25,
)


def items_of(rows: list[tuple[set[str], str, str]]) -> list[Item]:
    return [
        item(i, pictures=tuple(sorted(pictures)), variant=variant, brand=brand)
        for i, (pictures, variant, brand) in enumerate(rows)
    ]


@given(rows)
def test_tied_items_are_in_one_group_and_one_split(rows):
    items = items_of(rows)
    assert assign([], items, own_clusters(items), HeldOut(["acme"], [])) == []
    splits, groups = defaultdict(set), defaultdict(set)
    for one in items:
        splits[one.group].add(one.split)
        for tie in [*one.pictures, *([f"variant {one.variant}"] if one.variant else [])]:
            groups[tie].add(one.group)
        assert one.brand != "acme" or one.split == HELD_OUT_BRANDS
    assert all(len(of) == 1 for of in splits.values())
    assert all(len(of) == 1 for of in groups.values())


@given(rows)
def test_items_that_nothing_ties_are_in_groups_of_their_own(rows):
    """Groups are no larger than the ties make them: counted against a plain search for connected items."""
    items = items_of(rows)
    assign([], items, own_clusters(items), NOBODY)
    left, components = set(range(len(items))), 0
    while left:
        reached, frontier = set(), {left.pop()}
        while frontier:
            i = frontier.pop()
            reached.add(i)
            for j in range(len(items)):
                same_variant = items[i].variant == items[j].variant != ""
                if j not in reached and (items[i].pictures & items[j].pictures or same_variant):
                    frontier.add(j)
        left -= reached
        components += 1
    assert len({one.group for one in items}) == components


@given(rows, st.randoms(use_true_random=False))
def test_splits_do_not_depend_on_the_order_of_rows(rows, random):
    items, shuffled = items_of(rows), items_of(rows)
    random.shuffle(shuffled)
    assign([], items, own_clusters(items), HeldOut(["acme"], []))
    assign([], shuffled, own_clusters(items), HeldOut(["acme"], []))
    assert {one.id: (one.group, one.split) for one in items} == {one.id: (one.group, one.split) for one in shuffled}


@given(rows, rows)
def test_what_is_stored_keeps_its_split_whatever_comes(first, second):
    held_out = HeldOut(["acme"], [])
    stored = items_of(first)
    assign([], stored, own_clusters(stored), held_out)
    before = {one.number: one.split for one in stored}
    incoming = items_of(second)
    for one in incoming:
        one.number, one.id = one.number + len(stored), f"new {one.id}"
        one.source_id = one.id
    refused = {one.number for one in assign(stored, incoming, own_clusters(stored + incoming), held_out)}
    assert {one.number: one.split for one in stored} == before
    kept = stored + [one for one in incoming if one.number not in refused]
    split_of: dict[str, set[str]] = defaultdict(set)
    for one in kept:
        split_of[one.group].add(one.split)
        for tie in [*one.pictures, *([f"variant {one.variant}"] if one.variant else [])]:
            split_of[f"tie {tie}"].add(one.split)
        assert one.brand != "acme" or one.split == HELD_OUT_BRANDS
    assert all(len(splits) == 1 for splits in split_of.values())


def test_a_new_row_goes_with_its_group():
    stored = [item(0, pictures=("p",), group="old", split=TEST)]
    new = item(1, pictures=("p",))
    assert assign(stored, [new], {"p": "p"}, NOBODY) == []
    assert (new.group, new.split) == ("old", TEST)


def test_a_row_that_would_bridge_two_splits_is_refused():
    stored = [item(0, pictures=("p",), group="a", split=TRAIN), item(1, pictures=("q",), group="b", split=TEST)]
    bridge, other = item(2, pictures=("p", "q")), item(3, pictures=("q",))
    assert assign(stored, [bridge, other], {"p": "p", "q": "q"}, NOBODY) == [bridge]
    assert (bridge.group, other.split) == ("", TEST)
    assert [one.split for one in stored] == [TRAIN, TEST]


def test_a_row_of_a_held_out_brand_that_is_tied_to_train_is_refused():
    stored = [item(0, pictures=("p",), group="a", split=TRAIN)]
    new = item(1, pictures=("p",), brand="acme")
    assert assign(stored, [new], {"p": "p"}, HeldOut(["acme"], [])) == [new]


def test_two_groups_of_one_split_become_one():
    stored = [item(0, pictures=("p",), group="a", split=TRAIN), item(1, pictures=("q",), group="b", split=TRAIN)]
    new = item(2, pictures=("p", "q"))
    assert assign(stored, [new], {"p": "p", "q": "q"}, NOBODY) == []
    assert {one.group for one in [*stored, new]} == {"a"}


def test_rows_that_share_id_and_texts_are_one_product_with_several_pictures():
    rows = [item(i, id="A1", title="Oak shelf", pictures=(f"p{i}",)) for i in range(3)]
    other = item(3, id="A1", title="Another shelf", pictures=("p3",))
    assign([], [*rows, other], own_clusters([*rows, other]), NOBODY)
    assert len({one.group for one in rows}) == 1
    assert other.group == "A1" or other.group != rows[0].group


def test_equal_titles_alone_do_not_make_a_group():
    rows = [item(i, title="Royal Gala") for i in range(2)]
    assign([], rows, {}, NOBODY)
    assert rows[0].group != rows[1].group


def test_a_parent_is_in_the_group_of_its_variants():
    """Amazon and WooCommerce list the parent as a row of its own, with no parent."""
    parent, red, blue = item(0, id="P2"), item(1, id="P2-R", variant="p2"), item(2, id="P2-B", variant="p2")
    other = item(3, id="P3")
    assert assign([], [parent, red, blue, other], {}, NOBODY) == []
    assert parent.group == red.group == blue.group != other.group
    assert parent.split == red.split == blue.split


def test_families_numbered_as_products_are_do_not_tie_them():
    """Product 1 is of family 2, product 2 of family 3: neither is the family's parent."""
    items = [item(n, id=str(n), variant=str(n + 1)) for n in range(1, 5)]
    assert assign([], items, {}, NOBODY) == []
    assert len({one.group for one in items}) == 4


def test_variants_that_only_their_ids_tell_are_one_group():
    items = [item(n, id=id, title="Judge") for n, id in enumerate(("804", "804-B", "804-D", "805"))]
    assert assign([], items, {}, NOBODY) == []
    assert items[0].group == items[1].group == items[2].group != items[3].group


def test_a_family_that_lies_in_two_splits_refuses_no_row():
    """Such catalogues are stored; a price that changes must come in, and so must a new colour."""
    stored = [
        item(0, id="804", title="Judge", group="a", split=TRAIN),
        item(1, id="804-B", title="Judge", group="b", split=TEST),
    ]
    changed, new = item(1, id="804-B", title="Judge", group="b", split=TEST), item(2, id="804-D", title="Judge")
    assert assign(stored, [changed, new], {}, NOBODY) == []
    assert [(one.group, one.split) for one in [*stored, changed]] == [("a", TRAIN), ("b", TEST), ("b", TEST)]
    assert (new.group, new.split) == ("a", TRAIN)


def test_a_new_variant_goes_with_its_family():
    stored = [item(0, id="804", title="Judge", group="a", split=TEST)]
    new = item(1, id="804-B", title="Judge")
    assert assign(stored, [new], {}, NOBODY) == []
    assert (new.group, new.split) == ("a", TEST)


def test_clusters_follow_pairs():
    found = clusters(["a", "b", "c", "d"], [(2, 1), (1, 0)])
    assert found == {"a": "a", "b": "a", "c": "a", "d": "d"}
