"""The markdown page: its sections in their order, the words of the terminal, and tables that keep their columns."""

from __future__ import annotations

import re

import pytest
from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.markdown import PARSER, read, sections, tables
from tables.patients import BASELINE, SELECTIVE

from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report
from wbc_tracker.render.markdown.patient import render_markdown
from wbc_tracker.render.terminal.patient import render_patient
from wbc_tracker.selection import Selection

#: Two courses, a count to discuss, one flag of the past, immunoglobulins and a T-cell count.
RICH = (
    "-5 wbc 6.4", "-5 cd19 210", "-5 neutrophils 4.0", "30 neutrophils 1.2", "60 wbc 6.0", "60 cd19 <1",
    "60 neutrophils 3.8", "150 wbc 5.8", "150 cd19 2", "150 igg 9.5", "150 hemoglobin 134", "220 wbc 5.9",
    "220 cd19 <1", "220 cd4 450", "220 igg 4.5",
)  # fmt: skip
COURSES = (*SPLIT, f"{on(168)} 600")


def pages_of(
    *lines: str,
    infused: tuple[str, ...] = SPLIT,
    as_of: int = 70,
    who: str = "me",
    left_out: tuple[str, ...] = (),
    **chosen,
) -> tuple[str, str]:
    """Return the markdown page and the terminal's report."""
    dataset = assemble(at(*lines).assign(patient_id=who), infusions(*infused).assign(patient_id=who), on(as_of))
    analysis = Analysis(dataset, "before", CATALOG)
    selection = Selection.of(chosen.get("analytes"), chosen.get("since"), chosen.get("until"), CATALOG)
    settings = {"same_day": "before", "patient": None, **selection.as_settings()}
    report = build_report(analysis, settings, selection.places(analysis.unflagged))
    patient = report.patients[0]
    lines_of_terminal = render_patient(report, patient, 1000)
    terminal = "\n".join(line.plain for line in lines_of_terminal)
    return render_markdown(report, patient, left_out), terminal


def page_of(*lines: str, **options) -> str:
    return pages_of(*lines, **options)[0]


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


class TestOrder:
    def test_of_the_sections(self) -> None:
        page = page_of(*RICH, infused=COURSES, as_of=230)
        assert list(sections(page)) == [
            "", "Where things stand", "Flags", "Questions for the visit", "Trends", "Courses", "Draws",
            "What this rests on",
        ]  # fmt: skip
        assert page.endswith("\n\nEducational information, not medical advice.")

    def test_the_contrast_comes_first_with_numbers_and_dates(self) -> None:
        lines = sections(page_of("-5 cd19 212", *SELECTIVE))[""].splitlines()
        assert lines[0] == f"# Blood count report: me, as of {on(70)}"
        assert lines[2].startswith("**B cells are depleted; white cells are about where they were.")
        assert lines[2].endswith("**")
        assert lines[4:6] == [
            f"- {on(60)}, day 46, course 1: CD19 2 /µL (baseline 212)",
            f"- {on(60)}, day 46, course 1: WBC 6.0 x10⁹/L (baseline 6.4, -6 %; beyond usual variation from -33 %)",
        ]

    def test_flags_are_most_severe_first_and_current_ones_before_earlier(self) -> None:
        flags = sections(page_of(*RICH, "225 neutrophils 0.4", infused=COURSES, as_of=230))["Flags"]
        current, earlier = flags.split("### Earlier (no longer the latest result, or older than 26 weeks)")
        ranks = ["urgent", "discuss", "info", "expected"]
        for part in (current, earlier):
            found = [ranks.index(severity) for severity in re.findall(r"^- \*\*(\w+):", part, re.MULTILINE)]
            assert found == sorted(found)
            assert found
        assert (
            "[`late_onset_neutropenia, D3, D7`]" not in earlier
        )  # 30 days after the first infusion is 16 after the second
        assert f"neutrophils 1.2 x10⁹/L on {on(30)}" in earlier
        assert f"Next value: 3.8 x10⁹/L on {on(60)}." in earlier


class TestQuestions:
    def test_they_are_numbered(self) -> None:
        asked = sections(page_of(*RICH, infused=COURSES, as_of=230))["Questions for the visit"].strip().splitlines()
        assert asked[0] == (
            "1. My B cells were gone and my immunoglobulin G (4.5 g/L) was low on "
            f"{on(220)}: what should I watch for, and should it be measured again?"
        )
        assert [line[:3] for line in asked] == [f"{number}. " for number in range(1, len(asked) + 1)]

    def test_without_any_there_is_no_heading(self) -> None:
        assert "Questions" not in page_of("60 wbc 6.0", infused=())


class TestWords:
    def test_where_things_stand(self) -> None:
        stands = sections(page_of(*RICH, infused=COURSES, as_of=230))["Where things stand"].strip()
        assert stands == (
            f"Ocrelizumab. Course 2 since {on(168)}. Last infusion {on(168)}, 8 weeks ago. Next infusion by the usual "
            f"24-week schedule due about {on(336)}, in 15 weeks. [`next_infusion, D9`]"
        )

    def test_what_to_ask_stands_beside_each_current_flag(self) -> None:
        flags = sections(page_of(*RICH, infused=COURSES, as_of=230))["Flags"]
        (low,) = [line for line in flags.splitlines() if "`low_immunoglobulin" in line]
        assert low == (
            f"- **discuss:** immunoglobulin G 4.5 g/L on {on(220)}, day 52 after the infusion (course 2): below the "
            "lower limit of the ocrelizumab trials (5.65 g/L) and below 5 g/L. Seen once. B cells are depleted "
            "too, so the defence against infection is weaker. Usual next step: "
            + CATALOG.flags["low_immunoglobulin"].next_step
            + " [`low_immunoglobulin, infection_risk, D7, D9`]"
        )

    @pytest.mark.parametrize(
        ("lines", "infused", "as_of"),
        [
            (RICH, COURSES, 230),
            ((*SELECTIVE, "60 neutrophils 0.4"), SPLIT, 70),
            ((*SELECTIVE, "60 neutrophils 0.4"), SPLIT, 500),
            ((BASELINE,), (), 70),
            (("-5 wbc >4.0", "60 wbc >4.0", "60 cd19 <20"), SPLIT, 70),
            (SELECTIVE, tuple(f"{on(day)} 20 ofatumumab" for day in range(0, 57, 7)), 70),
        ],
        ids=["rich", "urgent", "long ago", "no infusion", "limits", "monthly"],
    )
    def test_nothing_is_said_in_other_words_than_in_the_terminal(
        self, lines: tuple[str, ...], infused: tuple[str, ...], as_of: int
    ) -> None:
        page, terminal = pages_of(*lines, infused=infused, as_of=as_of)
        spoken, parts = one_line(terminal), sections(page)
        for sentence in re.findall(r"\*\*(.+?)\*\*\n", parts[""])[0].split(". "):
            assert sentence.rstrip(".") in spoken
        told = [line for line in parts.get("Flags", "").splitlines() if line.startswith("- **")]
        for line in told:
            words = re.sub(r"^- \*\*\w+:\*\* ", "", line).split(" Usual next step: ")[0]
            assert re.sub(r" \[`.*`\]$", "", words) in spoken, line
        for row in [row for found in tables(parts.get("Trends", "")) for row in found[1:]]:
            assert row[-1] in spoken
        for code in re.findall(r"\[`([^`]+)`\]", page):
            assert f"[{code}]" in spoken

    def test_no_flag_of_the_terminal_is_missing(self) -> None:
        page, terminal = pages_of(*RICH, "225 neutrophils 0.4", infused=COURSES, as_of=230)
        tagged = re.findall(r"\[([a-z0-9_]+(?:, [a-z0-9_]+)*(?:, D\d+)*)\]", one_line(terminal))
        assert sorted(tagged) == sorted(re.findall(r"\[`([^`]+)`\]", page))


class TestTables:
    def test_every_row_has_as_many_cells_as_its_heading(self) -> None:
        others = [f"60 {analyte} 1" for analyte in CATALOG.analytes if analyte not in ("wbc", "cd19", "neutrophils")]
        page = page_of(*RICH, *others, infused=COURSES, as_of=230)
        found = tables(page)
        assert len(found) >= 7
        for rows in found:
            assert {len(row) for row in rows} == {len(rows[0])}
        assert PARSER.render(page).count("<table>") == len(found)

    def test_trends(self) -> None:
        (rows,) = tables(sections(page_of(*RICH, infused=COURSES, as_of=230))["Trends"])
        assert rows[0] == ["analyte", "unit", "baseline", "latest", "change", "trend"]
        assert rows[1] == [
            *("WBC", "x10⁹/L", "6.4", "5.9", "-8 %"),
            "within usual variation; trend not enough data (n 3 on treatment, needs 4)",
        ]
        assert [row[0] for row in rows[1:]] == ["WBC", "neutr", "CD19", "CD4", "IgG", "Hb"]
        assert ["CD19", "/µL", "210", "<1", "", "depleted (depleted on 3 of 3 draws)"] in rows

    def test_courses_by_hand(self) -> None:
        """Course 1: lowest WBC 5.8 on day 150, which is 136 after the second half; the same is the pre-dose value."""
        first, second = tables(sections(page_of(*RICH, infused=COURSES, as_of=230))["Courses"])
        assert first == [
            ["course", "WBC", "neutr", "CD19", "IgG"],
            ["1", "5.8 (136) / 5.8", "1.20 (16) / 3.80", "<1 (46) / 2", "9.50 (136) / 9.50"],
            ["2", "5.9 (52)", "", "<1 (52)", "4.50 (52)"],
        ]
        assert second == [["course", "CD4", "Hb"], ["1", "", "134 (136) / 134"], ["2", "450 (52)", ""]]

    def test_draws_have_the_infusions_between_them(self) -> None:
        first, second = tables(sections(page_of(*RICH, infused=COURSES, as_of=230))["Draws"])
        assert first[0] == ["draw", "day", "WBC", "%", "neutr", "CD19", "IgG"]
        assert [row[:2] for row in first[1:]] == [
            [on(-5), "-5"],
            [on(0), "infusion 300 mg, course 1"],
            [on(14), "infusion 300 mg, course 1"],
            [on(30), "16"],
            [on(60), "46"],
            [on(150), "136"],
            [on(168), "infusion 600 mg, course 2"],
            [on(220), "52"],
        ]
        # IgG fell by 53 % from the first on record; depleted B cells and low IgG are one flag on both
        assert first[-1][2:] == ["5.9", "-8", "", "<1L!", "4.5Lv!"]
        assert second[0] == ["draw", "day", "CD4", "Hb"]
        assert [row for row in second[1:] if "infusion" not in row[1]] == [
            [on(150), "136", "", "134"],
            [on(220), "52", "450", ""],
        ]

    def test_no_course_of_a_monthly_drug(self) -> None:
        page = page_of(*SELECTIVE, infused=tuple(f"{on(day)} 20 ofatumumab" for day in range(0, 57, 7)))
        assert "Courses" not in sections(page)


class TestWhatItRestsOn:
    def rests(self, *lines: str, **options) -> str:
        return sections(page_of(*lines, **options))["What this rests on"]

    def test_rules_and_versions(self) -> None:
        told = self.rests(*SELECTIVE)
        for words in (
            "Nothing was left out by filters or dates.",
            f"As of {on(70)}; an infusion after that day is only a booking.",
            "Grades: CTCAE v5.0.",
            f"catalogue {CATALOG.version} of wbc-tracker",
            "A draw on the day of an infusion counts as taken before it",
        ):
            assert f"- {words}" in told or words in told

    def test_filters(self) -> None:
        told = self.rests(*SELECTIVE, analytes=["cd19", "wbc"], since=on(50), until=on(65))
        assert "- Only these analytes are shown: CD19 B cells, white cells." in told
        assert f"- Only results from {on(50)} to {on(65)} are shown." in told
        assert "- The first sentence and the trends rest on all results." in told
        assert "Nothing was left out" not in told
        assert f"- Only results from {on(50)} are shown." in self.rests(*SELECTIVE, since=on(50))

    def test_what_was_not_used_for_another_reason(self) -> None:
        told = self.rests(*SELECTIVE, left_out=("2 results after 2024-03-11 were left out (see --as-of).",))
        assert told.strip().startswith("- 2 results after 2024-03-11 were left out (see --as-of).")
        assert "Nothing was left out" not in told


class TestLittleData:
    def test_no_draws(self) -> None:
        page = page_of()
        assert list(sections(page)) == [
            "", "Where things stand", "Flags", "Questions for the visit", "Draws", "What this rests on",
        ]  # fmt: skip
        assert sections(page)["Draws"].strip() == "No result is on record."
        assert "no result lies after the first infusion" in page

    def test_nothing_chosen(self) -> None:
        assert "No result is among those that were chosen." in page_of(*SELECTIVE, since=on(69))

    def test_no_infusions(self) -> None:
        page = page_of(BASELINE, "60 wbc 6.0", infused=())
        assert sections(page)["Where things stand"].strip() == "No infusion given yet."
        assert "no infusion is recorded" in sections(page)[""]
        assert "infusion 300" not in page
        assert "Courses" not in sections(page)

    def test_not_assessable(self) -> None:
        first = sections(page_of(BASELINE, "60 wbc 6.0"))[""]
        assert "cannot be judged: there is no B-cell result on treatment." in first
        assert "would settle it" in first

    def test_only_limits(self) -> None:
        page = page_of("-5 wbc >4.0", "60 wbc >4.0", "60 cd19 <20")
        (rows,) = tables(sections(page)["Trends"])
        assert rows[1][:5] == ["WBC", "x10⁹/L", "?", ">4.0", ""]
        assert ">4.0" in sections(page)["Draws"]
        _, words = read(page)
        assert "<20" in words
        assert ">4.0" in words

    @pytest.mark.parametrize("words", ["stable", "normal"])
    def test_what_is_unknown_is_called_neither_normal_nor_stable(self, words: str) -> None:
        for lines in ((), ("60 wbc >4.0",), ("60 cd19 <20",)):
            told = sections(page_of(*lines))
            for part in ("", "Flags", "Trends"):
                cells = [row for found in tables(told.get("Trends", "")) for row in found]
                assert words not in (str(cells) if part == "Trends" else told.get(part, ""))


def test_the_name_of_the_patient_is_only_text() -> None:
    page = page_of(*SELECTIVE, who="<script>alert(1)</script> | **x** [y](javascript:z)\n# h")
    tags, words = read(page)
    assert tags <= {
        "h1",
        "h2",
        "h3",
        "p",
        "strong",
        "ul",
        "ol",
        "li",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert words.splitlines()[0] == (
        "Blood count report: <script>alert(1)</script> | **x** [y](javascript:z)\\n# h, as of " + on(70)
    )
    assert page.count("\n# ") == 0
