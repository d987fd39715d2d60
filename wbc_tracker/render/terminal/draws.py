"""The next blood draws of a clinic on the terminal: a heading a week, a line a draw."""

from __future__ import annotations

from rich.text import Text

from wbc_tracker.panel.draws import DrawList
from wbc_tracker.panel.sentences import draws_headline, draws_sentences
from wbc_tracker.panel.words import patient_words, tests_words
from wbc_tracker.render.terminal.layout import wrap_words

_MOST_PROSE = 100


def render_draws(listed: DrawList, width: int) -> list[Text]:
    """Return the lines: who is shown, then each week with its draws, in order."""
    prose = min(width, _MOST_PROSE)
    title = f"wbc-tracker   {draws_headline(listed)}   as of {listed.as_of}"
    lines = wrap_words(title, prose, style="bold")
    for sentence in draws_sentences(listed):
        lines += wrap_words(sentence, prose)
    names = [patient_words(draw.patient_id) for draw in listed.draws]
    widest = max(map(len, names), default=0)
    for week, draws in listed.by_week:
        lines += [Text(""), Text(f"Week of {week}: {len(draws)}", style="bold")]
        for draw in draws:
            how = "booked" if draw.is_booked else "planned"
            name = patient_words(draw.patient_id).ljust(widest)
            before = f"{draw.noun} of {draw.infusion_on}, {how}"
            lines.append(Text(f"  {draw.on}  {name}  {tests_words(draw.tests):<10}  {before}"))
    return [*lines, Text(""), *wrap_words(listed.disclaimer, prose)]
