"""The sentences of the pattern, whole, as a person reads them; written by hand and read aloud."""

from __future__ import annotations

import pytest
from tables.labs import SPLIT, on
from tables.patients import BASELINE, SELECTIVE, pattern_of

DIFFERS = "This differs from the picture described for this kind of drug"
SHOW_IT = f"{DIFFERS}; show it to your care team."
REPEAT = f"{DIFFERS}; show it to your care team and ask whether the count should be repeated."
MENTION = f"{DIFFERS}. B cells alone do not mean that MS is active; mention them at the next visit."
CANNOT = "Whether B cells have fallen while total white cells held steady cannot be judged yet:"
CD19 = "A CD19 count (the test for B cells) taken since the first infusion would settle it."
DESCRIBED = (
    "B cells are depleted; total white cells are within their usual variation. "
    "This is the selective picture described for this kind of drug: it removes B cells, not white cells as a whole."
)
#: White cells that rise above the baseline first, then fall over three courses to a little below it.
DECLINE = ("-5 wbc 7.0", "60 wbc 7.9", "120 wbc 7.4", "180 wbc 6.9", "240 wbc 6.4", "300 wbc 5.9", "360 wbc 5.4")


@pytest.mark.parametrize(
    ("lines", "as_of", "words"),
    [
        (SELECTIVE, 70, DESCRIBED),
        (
            (*DECLINE, "360 cd19 2"),
            370,
            f"{DESCRIBED} White cells have been falling over months. That is described too, differently in each "
            "person; show the trend at the next visit.",
        ),
        (
            SELECTIVE,
            300,
            f"{DESCRIBED} This is the state of {on(60)}, 34 weeks ago: there is no newer result. "
            "A new blood count with CD19 would show how it is now.",
        ),
        (
            (BASELINE, "60 wbc 6.0", "60 cd19 80"),
            70,
            "B cells are not depleted: no draw since the first infusion shows them so. "
            f"{DIFFERS}; show it to your care team and ask whether the CD19 test should be repeated.",
        ),
        (
            (*SELECTIVE, "160 wbc 6.1", "160 cd19 30"),
            170,
            "B cells were seen again on one draw; the next CD19 count will show whether they are back. " + MENTION,
        ),
        ((*SELECTIVE, "130 cd19 20", "160 wbc 6.1", "160 cd19 30"), 170, f"B cells are back. {MENTION}"),
        (
            (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 1.9"),
            70,
            "B cells are depleted, but other cells have fallen too. "
            f"Neutrophils 1.9 10^9/L on {on(60)}: below the reference interval and -52 % against the baseline, "
            f"beyond usual variation. {REPEAT}",
        ),
        (
            ("-5 wbc 3.9", "60 wbc 3.8", "60 cd19 2"),
            70,
            f"B cells are depleted. White cells 3.8 10^9/L on {on(60)}: below the reference interval, "
            f"but within usual variation of the baseline. {REPEAT}",
        ),
        (
            (BASELINE, "60 wbc 4.5"),
            70,
            f"White cells 4.5 10^9/L on {on(60)}: -30 % against the baseline, beyond usual variation. "
            f"Whether B cells are depleted is not known: there is no B-cell result on treatment. {CD19} {REPEAT}",
        ),
        (
            (*SELECTIVE, "60 platelets 45"),
            70,
            f"B cells are depleted. There is something to discuss: low platelets. {SHOW_IT}",
        ),
        (
            (*SELECTIVE, "60 neutrophils 0.4"),
            70,
            f"Urgent: neutrophils 0.4 10^9/L on {on(60)}, day 46 after the infusion (course 1): many laboratories "
            "phone the clinic below 0.5 10^9/L. Contact your care team now; with fever or feeling ill, seek emergency "
            f"care. B cells are depleted. Neutrophils 0.4 10^9/L on {on(60)}: below the reference interval. {DIFFERS}.",
        ),
        (
            (BASELINE, "7 wbc 6.0", "7 cd19 80"),
            8,
            f"{CANNOT} B cells were measured only within two weeks of the first infusion, which is too early. "
            "A CD19 count from a later day would settle it.",
        ),
        (
            (BASELINE, "60 wbc 6.0"),
            70,
            f"{CANNOT} there is no B-cell result on treatment. {CD19} "
            "White cells alone are within usual variation of the baseline.",
        ),
        (
            (BASELINE, "60 wbc 9.0"),  # +41 %; usual variation ends at +36 %
            70,
            f"{CANNOT} there is no B-cell result on treatment. {CD19} "
            "White cells alone are higher than the baseline, beyond usual variation.",
        ),
        (
            ("60 wbc 6.0", "60 cd19 2", "66 wbc 5.8"),
            70,
            "B cells are depleted, but there is no white cell count from before treatment to compare with. "
            "An old blood count from before the first infusion would settle it. "
            "White cells alone are within usual variation of the first count on record.",
        ),
        (
            (BASELINE, "60 wbc >4.0", "60 cd19 2"),
            70,
            "B cells are depleted, but the white cell count is printed only as a limit (>4.0 10^9/L). "
            "A count with a number would settle it.",
        ),
        (
            (BASELINE, "60 wbc 9.0", "60 cd19 2"),
            70,
            "B cells are depleted, but total white cells are higher than the baseline (+41 %), beyond usual "
            "variation. Ask at the next visit whether the count should be repeated.",
        ),
        (
            (BASELINE,),
            70,
            f"{CANNOT} no result lies after the first infusion. A blood count with CD19 would settle it.",
        ),
    ],
    ids=[
        "as described", "with a decline", "old", "not depleted", "back once", "back", "others fell", "low as before",
        "fell, B cells unknown", "something else", "urgent", "too early", "no B cells", "no B cells, risen",
        "no baseline", "only a limit", "risen", "nothing on treatment",
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
    assert pattern_of(*SELECTIVE, "230 cd19 20", "260 wbc 6.1", "260 cd19 30", as_of=270).sentence == (
        f"B cells are back, as is common after a longer interval. {MENTION}"
    )
    assert pattern_of(BASELINE, "300 wbc 6.1", "300 cd19 80", as_of=310).sentence == (
        f"B cells are present; no earlier result shows whether they were depleted. {MENTION}"
    )


def test_b_cells_without_a_white_cell_count_near_them() -> None:
    assert pattern_of(BASELINE, "30 cd19 2", "60 neutrophils 1.9").sentence == (
        f"Neutrophils 1.9 10^9/L on {on(60)}: below the reference interval. "
        f"B cells were depleted on {on(30)}; no white cell count lies near that day. {REPEAT}"
    )


def test_a_count_shifted_by_the_steroid_says_nothing_alone() -> None:
    """The day after an infusion white cells "within usual variation" would comfort without ground."""
    assert "White cells alone" not in pattern_of(BASELINE, "15 wbc 6.0", as_of=20).sentence
    assert pattern_of(BASELINE, "16 wbc 6.0", "16 cd19 2", as_of=20).sentences[1] == (
        "A blood count from a later day would settle it."
    )
