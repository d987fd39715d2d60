"""Events in the catalogue: kinds, remarks, and what the loader refuses."""

from __future__ import annotations

import pytest
from tables.broken_catalog import changed_catalog

from wbc_tracker.catalog import load_catalog, load_events
from wbc_tracker.errors import CatalogError

EVENTS = load_catalog().events
BROKEN = {
    "unknown table": (r"^\[\[remark\]\]", "[[remarks]]", "unknown key remarks"),
    "unknown key": (r'^title = "relapse"', 'colour = "red"\ntitle = "relapse"', "unknown key colour"),
    "duplicate kind": (r'^id = "relapse"', 'id = "infection"', "infection stands there twice"),
    "a word of two kinds": (r'"infected"', '"vaccinated"', "'vaccinated' would mean both"),
    "a synonym that says more": (r'"infected"', '"pneumonia"', "'pneumonia' would mean both"),
    "a remark of an unknown kind": (r'^kind = "steroid"', 'kind = "steroids"', "unknown kind steroids"),
    "a placeholder that nobody fills": (r"\{window\}", "{days}", "unknown placeholder days"),
    "a header of two roles": (r'"category"', '"comment"', "would mean both"),
}


@pytest.mark.parametrize(("there", "instead", "message"), BROKEN.values(), ids=BROKEN)
def test_a_contradiction_is_refused(tmp_path, there, instead, message):
    with pytest.raises(CatalogError) as refused:
        changed_catalog(tmp_path, "events.toml", there, instead)
    assert message in str(refused.value)


def test_the_kinds_and_which_can_be_planned():
    assert {kind.id: kind.can_be_planned for kind in EVENTS.kinds.values()} == {
        "vaccination": True, "infection": False, "relapse": False, "steroid": True, "other": True,
        "stopped": False, "other_drug": True, "left": False,
    }  # fmt: skip


def test_the_light_way_reads_the_same():
    assert load_events().kinds == EVENTS.kinds


def test_figures_in_the_words_are_those_of_the_rules():
    """`when` says in words what the thresholds decide."""
    figure = load_catalog().figure
    named = {
        "steroid_rise": ["steroid_course_days"],
        "infection_counts": ["infection_days"],
        "vaccine_inside": ["vaccine_from_days", "vaccine_until_days"],
        "vaccine_too_early": ["vaccine_from_days"],
        "vaccine_too_late": ["vaccine_from_days", "vaccine_until_days"],
        "vaccine_open": ["vaccine_from_days"],
    }
    for remark, thresholds in named.items():
        for threshold in thresholds:
            assert f"{figure(threshold):g} days" in EVENTS.remarks[remark].when


def test_the_figures():
    figure = load_catalog().figure
    assert [figure(name) for name in ("event_lookback_days", "steroid_course_days", "infection_days")] == [42, 21, 7]
    # facts.md section 9
    assert [figure(name) for name in ("vaccine_from_days", "vaccine_until_days")] == [84, 28]
