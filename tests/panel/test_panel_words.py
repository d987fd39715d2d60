"""The words of a panel, and its lines on terminals of any width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from tables.labs import CATALOG, on
from tables.panels import line_of, panel_of

from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.model import Panel
from wbc_tracker.panel.sentences import legend_words, summary_sentence
from wbc_tracker.panel.words import cell_marks, flag_words, next_words, patient_words
from wbc_tracker.render.terminal.panel import render_panel

LONG = "a-patient-with-a-name-of-sixty-characters-0123456789-abcdefgh"
HOSTILE = {
    "[red]x[/red]": "[red]x[/red]",
    "\x1b[31mred\x1b[0m": "\\x1b[31mred\\x1b[0m",
    "line\nbreak": "line\\nbreak",
    "\u65e5\u672c\u8a9e": "\u65e5\u672c\u8a9e",
    LONG: LONG,
    " ": "' '",
    "\u3000": "'\u3000'",
    "x ": "'x '",
    "": "''",
}


def plain(panel: Panel, width: int) -> list[str]:
    return [line.plain for line in render_panel(panel, width)]


def next_on_day(as_of: int, *infused: str) -> str:
    return next_words(line_of("-9 wbc 6.0", infused=infused, as_of=as_of))


def marks_of(analyte: str, *lines: str, infused: tuple[str, ...] = (), as_of: int = 120) -> str:
    return cell_marks(line_of(*lines, infused=infused, as_of=as_of).cells[analyte])


class TestCells:
    def test_the_next_infusion(self) -> None:
        assert next_on_day(167, "0 600") == "in 1 d"
        assert next_on_day(168, "0 600") == "today"
        assert next_on_day(169, "0 600") == next_on_day(182, "0 600") == "due now"
        assert next_on_day(183, "0 600") == "15 d late"
        assert next_on_day(169, "0 600", "180 600") == "11 d booked"
        assert next_on_day(169, "180 600") == "11 d booked"
        assert next_on_day(169) == "no infusion"

    def test_the_flag_and_how_many_more(self) -> None:
        assert flag_words(line_of("100 platelets 250", as_of=120)) == "none current"
        assert flag_words(line_of("100 neutrophils 1.2", as_of=120)) == "neutropenia"
        assert flag_words(line_of("100 neutrophils 1.2", "100 wbc 3.5", "100 igg 5.5", as_of=120)) == "neutropenia +2"

    def test_marks(self) -> None:
        assert marks_of("wbc", "100 wbc 6.0") == ""
        assert marks_of("wbc", "100 wbc 3.5") == "L"
        assert marks_of("wbc", "100 wbc 12.5") == "H"
        assert marks_of("neutrophils", "100 neutrophils 1.2") == "L!"
        assert marks_of("neutrophils", "100 neutrophils 1.2", "100 neutrophils 3.0") == "L!?"

    def test_a_star_on_b_cells_alone(self) -> None:
        lines = ("100 cd19 200", "100 wbc 6.0", "100 igg 9.0")
        assert [marks_of(name, *lines, infused=("110 600",)) for name in ("cd19", "wbc", "igg")] == ["*", "", ""]

    @pytest.mark.parametrize(("as_of", "mark"), [(282, ""), (283, " (26w)"), (290, " (27w)")])
    def test_an_old_value_tells_its_age(self, as_of: int, mark: str) -> None:
        assert marks_of("cd19", "100 cd19 200", as_of=as_of) == mark

    def test_a_count_older_than_the_last_one_tells_its_age(self) -> None:
        lines = ("107 wbc 6.0", "106 lymphocytes 1.5", "110 neutrophils 3.0")
        assert marks_of("wbc", *lines) == " (13d)"
        assert marks_of("lymphocytes", *lines) == " (2w)"
        assert marks_of("neutrophils", *lines) == ""

    def test_an_old_count_of_the_day_of_the_last_one_is_dated_by_it(self) -> None:
        assert marks_of("wbc", "100 wbc 6.0", as_of=400) == ""
        assert marks_of("igg", "100 igg 9.0", as_of=400) == " (42w)"


class TestSentences:
    def test_the_summary_counts_who_needs_something(self) -> None:
        people = {
            "a": ("190 neutrophils 0.4",), "b": ("190 neutrophils 1.2",), "c": ("190 neutrophils 1.2",),
            "d": ("100 wbc 6.0",), "e": ("100 wbc 6.0",), "f": ("100 wbc 6.0",),
        }  # fmt: skip
        infused = {"d": ("17 600",), "e": ("18 600",), "f": ("40 600",)}  # planned for day 185, 186 and 208
        told = "Worst current flag urgent: 1, to discuss: 2{}. Next infusion overdue: 1{}. Labs due before it: 2{}."
        everyone = panel_of(people, infused)
        assert summary_sentence(everyone) == told.format(" (--severity discuss)", " (--overdue)", " (--labs-due)")
        every = panel_of(people, infused, filters=PanelFilter(severity="expected"))
        assert "(--overdue)" not in summary_sentence(every)

    def test_the_legend_tells_the_marks_that_occur(self) -> None:
        bare = legend_words(panel_of({"a": ("190 wbc 6.0",)}))
        for mark in ("L:", "H:", "!:", "?:", "*:", "+1:", "(31w):"):
            assert f" {mark}" not in bare
        lines = ("190 neutrophils 1.2", "190 neutrophils 9.9", "190 wbc 3.0", "190 igg 5.5", "190 iga 0.5", "1 cd19 9")
        full = legend_words(panel_of({"a": lines, "b": ("190 wbc 12.0",)}, {"a": ("20 600",)}))
        for mark in ("L:", "H:", "!:", "?:", "*:", "+1:", "(31w):"):
            assert f" {mark}" in full
        assert "beyond 26 weeks" in full

    @pytest.mark.parametrize(("patient_id", "shown"), HOSTILE.items())
    def test_an_id_is_text_and_never_looks_empty(self, patient_id: str, shown: str) -> None:
        assert patient_words(patient_id) == shown


LINES = ("190 wbc 3.0", "190 neutrophils 1.2", "190 cd19 <1", "1 igg 9.0")
PEOPLE = dict.fromkeys(HOSTILE, LINES)


class TestLines:
    def test_at_120_columns_one_line_a_patient(self) -> None:
        lines = plain(panel_of({"a": LINES, "b": ("190 wbc 6.0",)}), 120)
        at = lines.index("")
        assert lines[at + 1].split() == ["patient", "worst", "current", "flag", "day", "next", "last", "count",
                                         "WBC", "neutr", "lymph", "CD19", "IgG"]  # fmt: skip
        assert lines[at + 2].split() == ["a", "!!", "neutropenia", "+1", "no", "infusion", on(190), "3.0L", "1.2L!",
                                         "<1L", "9.0", "(28w)"]  # fmt: skip
        assert lines[at + 3].split() == ["b", "none", "current", "no", "infusion", on(190), "6.0"]

    @pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
    def test_no_line_is_wider_than_the_terminal(self, width: int) -> None:
        lines = plain(panel_of(PEOPLE), width)
        leads = 16 + 2 + len("!! neutropenia +1") + 1  # below this not even the first two columns fit
        assert [line for line in lines if cell_len(line) > max(width, leads)] == []

    def test_what_does_not_fit_is_named_and_follows(self) -> None:
        lines = plain(panel_of({"a": LINES}), 60)
        start = lines.index("") + 1
        said = " ".join(lines[start : lines.index("", start)])
        assert said.startswith("Further down, for want of width: ")
        later = said.removesuffix(".").partition(": ")[2].split(", ")
        headings = [line.split() for line in lines if line.startswith("patient ")]
        assert [word for heading in headings[1:] for word in heading[1:]] == [w for name in later for w in name.split()]
        assert any(line.split()[:2] == ["a", "!!"] and "<1L" in line for line in lines)  # the severity goes along

    def test_a_long_id_stands_whole_on_a_line_of_its_own(self) -> None:
        lines = plain(panel_of({LONG: ("190 wbc 6.0",), "b": ("190 wbc 6.0",)}), 80)
        at = lines.index(LONG)
        assert lines[at + 1].split()[:2] == ["none", "current"]
        assert lines[at + 1].index("none") == lines[at + 2].index("none")

    def test_an_id_wider_than_the_terminal_is_broken_not_cut(self) -> None:
        lines = plain(panel_of({"x" * 100: ("190 wbc 6.0",), "b": ("190 wbc 6.0",)}), 80)
        at = lines.index("x" * 80)
        assert lines[at + 1] == "x" * 20

    def test_columns_stand_below_one_another_whatever_the_ids(self) -> None:
        """The dates of the last count begin at one place, counted in cells of the terminal."""
        lines = plain(panel_of(PEOPLE), 100_000)
        starts = {cell_len(line.partition(on(190))[0]) for line in lines if on(190) in line}
        assert len(starts) == 1
        assert sum(on(190) in line for line in lines) == len(HOSTILE)

    def test_colours_lie_on_their_words(self) -> None:
        lines = render_panel(panel_of({"\u65e5\u672c": LINES}), 120)
        (row,) = (line for line in lines if line.plain.startswith("\u65e5\u672c"))
        styled = {row.plain[span.start : span.end].strip(): span.style for span in row.spans}
        assert styled == {"!! neutropenia +1": "bold magenta", "1.2L!": "bold magenta"}

    def test_of_nobody_there_is_no_table(self) -> None:
        lines = plain(panel_of({"a": ("190 wbc 6.0",)}, filters=PanelFilter(overdue=True)), 80)
        assert lines[0].startswith("wbc-tracker   0 of 1 patient   ")
        assert not any(line.startswith("patient ") for line in lines)
        assert lines[-2] == CATALOG.disclaimer
