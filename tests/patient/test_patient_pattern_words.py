"""The sentences of the pattern, whole, as a person reads them; written by hand and read aloud."""

from __future__ import annotations

import pytest
from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.patients import BASELINE, SELECTIVE, happened, pattern_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report

DIFFERS = "This differs from the picture described for this kind of drug"
REPEAT = f"{DIFFERS}; show it to your care team and ask whether the count should be repeated."
REPEAT_CD19 = (
    f"{DIFFERS}; show it to your neurologist and ask whether the CD19 test should be repeated. "
    "B cells alone do not mean that MS is active."
)
CANNOT = "Whether B cells have fallen while white cells held steady cannot be judged yet:"
PICTURE = (
    "This is the selective picture described for this kind of drug: it removes B cells, not white cells as a whole."
)
SAME = "white cells are about where they were"
DESCRIBED = f"B cells are depleted; {SAME}. {PICTURE}"
NEARLY = (
    "Nearly all B cells are gone while other white cells are not: this is the selective picture described for this "
    "kind of drug."
)
KNOWN = (
    "That is known at the end of an interval (with ocrelizumab in 3-5 of 100 people at 6 months, about half at 9, most "
    "at 12) and does not mean that MS is active. Mention it when the next dose is planned."
)
BOTH_MISSING = "Neutrophils and lymphocytes were not measured."
CD19 = "A CD19 count (the test for B cells) would settle it."
#: White cells that rise above the baseline first, then fall over three courses to a little below it.
DECLINE = ("-5 wbc 7.0", "60 wbc 7.9", "120 wbc 7.4", "180 wbc 6.9", "240 wbc 6.4", "300 wbc 5.9", "360 wbc 5.4")
WHITE = "-5 wbc 6.4 4.0-11.0"


def state(day: int) -> str:
    return f"State of {on(day)}."


@pytest.mark.parametrize(
    ("lines", "as_of", "words"),
    [
        (SELECTIVE, 70, f"{DESCRIBED} {BOTH_MISSING} {state(60)}"),
        (
            (*DECLINE, "360 cd19 2"),
            370,
            "B cells are depleted; white cells are 23 % lower than before treatment (5.4 x10⁹/L), still inside a "
            "generic "
            f"interval of adults (4.0-11.0; none was printed). {PICTURE} {BOTH_MISSING} {state(360)} White cells have "
            "been falling over months. That is described too, differently in each person; show the trend at the next "
            "visit.",
        ),
        (
            SELECTIVE,
            300,
            f"B cells were depleted; white cells were about where they were. {PICTURE} {BOTH_MISSING} "
            f"State of {on(60)}, 34 weeks ago; there is no newer B-cell result.",
        ),
        (
            (BASELINE, "60 wbc 6.0", "60 cd19 80"),
            70,
            "B cells are not depleted (CD19 80 /µL): no draw since the first infusion shows them so; "
            f"{SAME}. {REPEAT_CD19} {state(60)}",
        ),
        (
            (BASELINE, "-5 cd19 210", "60 wbc 6.0", "60 cd19 12"),  # -94 %
            70,
            f"B cells fell by 94 % (CD19 12 /µL), not below the usual cut of 10 /µL; {SAME}. {NEARLY} {BOTH_MISSING} "
            f"{state(60)}",
        ),
        (
            (*SELECTIVE, "-5 cd19 210", "160 wbc 6.1", "160 cd19 18"),
            170,
            f"A few B cells are back (CD19 18 /µL; before treatment 210); {SAME}. {KNOWN} {BOTH_MISSING} {state(160)}",
        ),
        (
            (*SELECTIVE, "110 wbc 6.1", "110 cd19 60"),
            120,
            f"B cells are present again 13 weeks after the last infusion (CD19 60 /µL); {SAME}. {REPEAT_CD19} "
            f"{state(110)}",
        ),
        (
            (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 1.9 2.0-7.5"),
            70,
            f"Neutrophils 1.9 x10⁹/L on {on(60)}: below the laboratory's interval (2.00-7.50), CTCAE v5.0 grade 1, "
            f"52 % lower than before treatment. B cells are depleted. {REPEAT} {state(60)}",
        ),
        (
            ("-5 wbc 3.9 4.0-11.0", "60 wbc 3.8 4.0-11.0", "60 cd19 2"),
            70,
            "B cells are depleted; white cells are 3.8 x10⁹/L, below the laboratory's interval (4.0-11.0), as before "
            f"treatment (3.9). {PICTURE} {BOTH_MISSING} {state(60)}",
        ),
        (
            (WHITE, "60 wbc 4.2 4.0-11.0", "60 cd19 2", "60 lymphocytes 0.94 1.0-4.0", "60 neutrophils 3.0 2.0-7.5"),
            70,  # -34 %: usual variation ends at -33 %
            "B cells are depleted; white cells are 34 % lower than before treatment (4.2 x10⁹/L), still inside the "
            "laboratory's interval (4.0-11.0); one in twenty counts lies this far away by chance, so look at the next "
            f"one. {PICTURE} Lymphocytes 0.94 x10⁹/L, below the laboratory's interval (1.00-4.00), as in one of five "
            f"people on this drug. {state(60)}",
        ),
        (
            (BASELINE, "60 wbc 3.9 4.0-11.0"),
            70,
            f"White cells 3.9 x10⁹/L on {on(60)}: below the laboratory's interval (4.0-11.0), CTCAE v5.0 grade 1, 39 % "
            "lower than before treatment. Whether "
            f"B cells are depleted is not known: there is no B-cell result on treatment. {REPEAT} {state(60)}",
        ),
        (
            (*SELECTIVE, "60 platelets 45"),
            70,
            f"{DESCRIBED} {BOTH_MISSING} {state(60)} To discuss: low platelets.",
        ),
        (
            (*SELECTIVE, "60 neutrophils 0.4 2.0-7.5"),
            70,
            f"Urgent: neutrophils 0.4 x10⁹/L on {on(60)}, day 46 after the infusion (course 1): a value this far out "
            "that "
            "laboratories telephone it (below 0.5 x10⁹/L). Contact your care team now; with fever or feeling ill, seek "
            f"emergency care. Neutrophils 0.4 x10⁹/L on {on(60)}: below the laboratory's interval (2.00-7.50), CTCAE "
            "v5.0 "
            f"grade 4. B cells are depleted. {DIFFERS}. {state(60)} To discuss: depleted B "
            "cells together with a low count or low IgG.",
        ),
        (
            (BASELINE, "7 wbc 6.0", "7 cd19 80"),
            8,
            "Whether B cells are depleted cannot be judged yet: they were measured only within two weeks of an "
            "infusion, "
            "which is too early. White cells are about where they were. A CD19 count from a later day would settle "
            f"it. {state(7)}",
        ),
        (
            (BASELINE, "60 wbc 6.0"),
            70,
            "Whether B cells are depleted cannot be judged: there is no B-cell result on treatment. White cells are "
            "about "
            f"where they were. {CD19} {state(60)}",
        ),
        (
            (WHITE, "60 wbc 6.0 4.0-11.0", "60 cd19 <20", "-5 cd19 210"),
            70,
            "Whether B cells are below the usual cut of 10 /µL cannot be told: the laboratory's limit (CD19 <20 /µL) "
            "lies "
            "above it; B cells are fewer than a tenth of what they were before treatment (210). White cells are "
            "about where "
            f"they were. A test that can show lower counts would settle it. {state(60)}",
        ),
        (
            ("60 wbc 6.0 4.0-11.0", "60 cd19 2", "66 wbc 5.8 4.0-11.0"),
            70,
            "B cells are depleted (CD19 2 /µL), but there is no white cell count from before treatment to compare "
            "with. "
            "White cells are 5.8 x10⁹/L, inside the laboratory's interval (4.0-11.0). An old blood count from before "
            "the "
            f"first infusion would settle it. {state(60)}",
        ),
        (
            (BASELINE, "60 wbc >4.0", "60 cd19 2"),
            70,
            "B cells are depleted (CD19 2 /µL), but the white cell count is printed only as a limit (>4.0 x10⁹/L). "
            f"A count with a number would settle it. {state(60)}",
        ),
        (
            (BASELINE,),
            70,
            f"{CANNOT} no result lies after the first infusion. A blood count with CD19 would settle it.",
        ),
    ],
    ids=[
        "as described", "with a decline", "old", "not depleted", "almost gone", "returning", "back early",
        "others fell", "low as before", "by chance", "fell, B cells unknown", "something else", "urgent", "too early",
        "no B cells", "limit", "no baseline", "only a limit", "nothing on treatment",
    ],
)  # fmt: skip
def test_the_sentences(lines: tuple[str, ...], as_of: int, words: str) -> None:
    infused = (*SPLIT, f"{on(168)} 600", f"{on(336)} 600") if as_of == 370 else SPLIT
    assert pattern_of(*lines, infused=infused, as_of=as_of).sentence == words


def test_no_infusion() -> None:
    assert pattern_of(BASELINE, infused=()).sentence == (
        f"{CANNOT} no infusion is recorded. Add the infusion dates with `wbc-tracker infusion add DATE`."
    )


def test_b_cells_after_a_longer_interval() -> None:
    assert pattern_of(BASELINE, "300 wbc 6.1", "300 cd19 80", as_of=310).sentences[0] == (
        f"Some B cells are there (CD19 80 /µL); no earlier result shows whether they were depleted; {SAME}."
    )


def with_events(*lines: str, events: tuple[str, ...], as_of: int = 70) -> list[str]:
    """The sentences of a patient with events."""
    dataset = assemble(at(*lines), infusions(*SPLIT), on(as_of), happened(*events))
    return build_report(Analysis(dataset, "before", CATALOG), {}).patients[0].pattern.sentences


class TestWhatHappenedBefore:
    def test_a_baseline_after_a_steroid_course(self) -> None:
        lines = ("-5 wbc 14.2 4.0-11.0", "60 wbc 6.2 4.0-11.0", "60 cd19 2")
        told = with_events(*lines, events=("-10 steroid methylprednisolone",))
        assert told[0] == (
            "B cells are depleted (CD19 2 /µL). Whether white cells held steady cannot be judged: the only count from "
            f"before treatment (14.2 on {on(-5)}) was drawn after a steroid course, which raises them. White cells are "
            "6.2 x10⁹/L, inside the laboratory's interval (4.0-11.0)."
        )

    def test_a_treatment_that_was_stopped(self) -> None:
        lines = (*SELECTIVE, "-5 cd19 210", "900 cd19 230", "900 wbc 6.4")
        told = with_events(*lines, events=("80 stopped",), as_of=910)
        assert told[0] == (
            f"Treatment ended on {on(80)}. B cells are back at their old level (CD19 230 /µL; before treatment 210), "
            "as "
            "expected."
        )

    def test_another_drug_that_followed(self) -> None:
        told = with_events(*SELECTIVE, events=("65 other_drug natalizumab",))
        assert told[0].startswith(
            f"Treatment with this drug ended on {on(65)}, when another drug followed. B cells are still depleted"
        )

    def test_high_white_cells_in_an_infection_name_it(self) -> None:
        lines = (WHITE, "60 wbc 15.0 4.0-11.0", "60 cd19 2")
        told = with_events(*lines, events=("58 infection pneumonia",))
        assert told[0] == (
            "B cells are depleted; white cells are 15.0 x10⁹/L (134 % higher than before treatment), above the "
            "laboratory's interval (4.0-11.0), with an infection, which can raise them."
        )
