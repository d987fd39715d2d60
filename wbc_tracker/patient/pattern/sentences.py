"""Which sentences of pattern.toml hold, and their figures; they are for a patient who is afraid
and a neurologist with three minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.annotation.b_cells import DEPLETED, FEW
from wbc_tracker.annotation.unusual import DOUBTFUL, HIGH, INFECTION, LOW, OTHER_DRUG, STEROID
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.messages import (
    base_words,
    other_laboratory_words,
    result_words,
    whose_interval_words,
)
from wbc_tracker.patient.model import FlagLine, Standing
from wbc_tracker.patient.pattern.contrast import Contrast, PatientRows
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.wording import (
    changed_words,
    date_words,
    days_words,
    with_capital,
)

#: The drug whose returning B cells are counted in the published shares.
_SHARES_OF = ("ocrelizumab", "ocrelizumab_sc")
#: Why a baseline is doubtful, in the order in which it is told.
_DOUBTS = (
    (STEROID, "base_after_steroid"),
    (INFECTION, "base_after_infection"),
    (OTHER_DRUG, "base_after_other_drug"),
    (HIGH, "base_above"),
)


def next_value_words(flag: FlagLine, catalog: Catalog) -> str:
    """Name the value that followed the one a flag stands on."""
    if flag.following is None:
        return ""
    value, on = result_words(flag.following), date_words(flag.following.collected_at)
    return catalog.insert("next_value", value=value, date=on)


@dataclass(frozen=True)
class Teller:
    """Tells of one contrast. `is_old`: in the past tense. `declining`: ids of the analytes that
    have been falling over months, which is no chance.
    """

    patient: PatientRows
    contrast: Contrast
    standing: Standing
    is_old: bool
    declining: frozenset[str]
    catalog: Catalog

    def sentences(self, *, is_urgent: bool) -> list[str]:
        """Return what is said of the code; where something urgent was named before, that goes
        first.
        """
        tell = {
            "after_treatment": self._after_treatment,
            "not_assessable": self._not_assessable,
            "returning": self._returning,
            "as_described": self._as_described,
        }.get(self.contrast.code)
        told = tell() if tell else self._differs(is_urgent=is_urgent)
        calm = self.contrast.code in ("as_described", "returning")
        if calm and (is_urgent or self._is_high()):
            told = told[:1]  # what it means is no comfort beside a count that is far out
        return [*told, *self._others()]

    def _is_high(self) -> bool:
        """Tell whether a judged count is high and calls for a look."""
        rows = (self._result(row) for row in self.contrast.counts.values())
        return any(result.ref_flag == "high" and result.calls for result in rows)

    # What is said of each code.

    def _as_described(self) -> list[str]:
        state = self.contrast.b_cells.state
        if state == DEPLETED:
            return self._say("as_described", counts="")
        b_cells = self._b_result
        code = "as_described_again" if b_cells.depleted_before else "as_described_few"
        change = b_cells.against.percent_change
        fall = "at least 90 %" if change is None else f"{abs(change):.0f} %"
        return self._say(code, fall=fall)

    def _returning(self) -> list[str]:
        b_cells = self._b_result
        some = "A few" if self.contrast.b_cells.state == FEW else "Some"
        is_theirs = b_cells.drug is not None and b_cells.drug.id in _SHARES_OF
        shares = self.catalog.insert("ocrelizumab_shares") if is_theirs else ""
        code = "returning" if b_cells.depleted_before else "returning_unknown"
        return self._say(code, some=some, shares=shares)

    def _differs(self, *, is_urgent: bool) -> list[str]:
        if self.contrast.by_b_cells:
            b_cells = self._b_result
            code = "not_depleted_few" if self.contrast.b_cells.state == FEW else "not_depleted"
            if b_cells.depleted_before:
                code = "back_early"
            told = self._say(code, days=days_words(b_cells.days_since_infusion or 0))
            return [*told, *self._say("differs" if is_urgent else "differs_repeat_cd19")]
        counts = "; ".join(self._against_words(self._result(row)) for row in self.contrast.broad)
        told = self._say("counts_against", counts=with_capital(counts))
        told += self._b_cells_beside()
        return [*told, *self._say("differs" if is_urgent else "differs_repeat_count")]

    def _b_cells_beside(self) -> list[str]:
        """Say what is known of the B cells behind counts that fell."""
        b_cells = self.contrast.b_cells
        code = {1: "depleted", 2: "few", 3: "present"}.get(b_cells.state, "b_cells_open")
        if b_cells.row is not None:
            return self._say(code, why=self.catalog.insert("why_open", value=self._b_value))
        why = {"only_cd20": "why_only_cd20", "too_early": "why_early"}
        return self._say(code, why=self.catalog.insert(why.get(b_cells.obstacle, "why_none")))

    def _not_assessable(self) -> list[str]:
        obstacle = self.contrast.obstacle
        figures: dict[str, str] = {}
        if obstacle == "coarse":
            figures["range"] = self._range_words()
        if obstacle in ("coarse", "limit"):
            figures["tenth"] = self._tenth_words()
        if obstacle == "rivals":
            figures["values"] = self._rival_words()
        if obstacle in ("count_is_limit", "no_interval"):
            figures["value"] = result_words(self._result(self.contrast.counts["wbc"]))
        if obstacle in ("no_baseline", "doubtful_baseline"):
            figures |= self._base_figures()
        return self._say(obstacle, b_cells=self._b_cells_words(), **figures)

    def _after_treatment(self) -> list[str]:
        code = "after_other" if self.standing.ended_by == "other_drug" else "after_stopped"
        b_cells, row = self.contrast.b_cells, self.contrast.b_cells.row
        if row is None or b_cells.obstacle:
            told = self.catalog.insert("after_unknown")
        elif b_cells.state == DEPLETED:
            told = self.catalog.insert("after_depleted", value=self._b_value)
        else:
            change = self._b_result.against.percent_change
            low = self._b_result.ref_flag == "low"
            near = change is not None and change >= -self.catalog.figure("old_level_percent")
            back = "after_back" if near and not low else "after_returning"
            told = self.catalog.insert(back, value=self._b_value, before=self._before_words())
        return self._say(code, day=self.standing.ended_on or "", b_cells=told)

    def _others(self) -> list[str]:
        """Name neutrophils and lymphocytes that lie outside their interval or were not measured,
        as a sentence behind.
        """
        counts, told = self.contrast.counts, []
        if self.contrast.code not in ("as_described", "returning") and not counts:
            return []
        missing = []
        for analyte in self.catalog.of_kind("blood_count"):
            if analyte == "wbc":
                continue
            if analyte not in counts:
                missing.append(self.catalog.analytes[analyte].name)
            elif counts[analyte] not in self.contrast.broad:
                told += self._outside_words(self._result(counts[analyte]))
        if missing and self.contrast.code in ("as_described", "returning"):
            told.append(
                self.catalog.insert("not_measured", names=" and ".join(missing), were="were")
            )
        return [f"{with_capital('; '.join(told))}."] if told else []

    # Words of its parts.

    def _say(self, code: str, **figures: str) -> list[str]:
        """Return the sentences of a situation; what is asked for by name is filled in."""
        white = self._white_words()
        common = {
            "are": self._are,
            "white": white,
            "White": with_capital(white),
            "value": self._b_value,
            "before": self._before_words(),
            "cut": self._cut_words(),
        }
        return self.catalog.pattern[code].say(**(common | figures))

    @property
    def _are(self) -> str:
        return "were" if self.is_old else "are"

    def _result(self, row: int) -> ResultLine:
        return self.patient.results[row]

    @property
    def _b_result(self) -> ResultLine:
        assert self.contrast.b_cells.row is not None
        return self._result(self.contrast.b_cells.row)

    @property
    def _b_value(self) -> str:
        row = self.contrast.b_cells.row
        if row is None:
            return ""
        result = self._result(row)
        return f"{result.analyte.short} {result_words(result)}"

    def _before_words(self) -> str:
        """Return the usual B-cell baseline from before treatment, as an insertion."""
        base = self._b_base()
        return self.catalog.insert("was_before", value=base) if base else ""

    def _b_base(self) -> str:
        row = self.contrast.b_cells.row
        if row is None:
            return ""
        result = self._result(row)
        base = result.against
        if result.baseline_kind != "pre_treatment" or base.value is None or base.note & ~LOW:
            return ""
        return result.scale.number(base.value)

    def _cut_words(self) -> str:
        row = self.contrast.b_cells.row
        if row is None:
            return ""
        result = self._result(row)
        return result.scale.figure(result.analyte.depleted_below or 0)

    def _range_words(self) -> str:
        """Return between which numbers a value printed in large steps may lie."""
        result = self._b_result
        low, high = max(result.value - result.step / 2, 0), result.value + result.step / 2
        return f"{result.scale.plain(low)} to {result.scale.figure(high)}"

    def _tenth_words(self) -> str:
        result = self._b_result
        if not result.fell_most and not self._is_below_a_tenth(result):
            return ""
        return self.catalog.insert("fewer_than_a_tenth", value=self._b_base())

    def _is_below_a_tenth(self, result: ResultLine) -> bool:
        base, most = result.against.value, result.value + result.step / 2
        least = 1 - self.catalog.figure("few_fall_percent") / 100
        usual = bool(self._b_base()) and not result.against.note
        return usual and base is not None and most <= base * least

    def _rival_words(self) -> str:
        """Name the two values of one draw."""
        rows = [*self.contrast.counts.values()]
        if self.contrast.b_cells.row is not None:
            rows.insert(0, self.contrast.b_cells.row)
        for row in rows:
            one = self._result(row)
            told = [
                result_words(other)
                for other in self.patient.results
                if other.analyte is one.analyte and other.collected_at == one.collected_at
            ]
            if len(set(told)) > 1:
                values = " and ".join(sorted(set(told)))
                return f"{one.analyte.name} {values} on {date_words(one.collected_at)}"
        return ""

    def _b_cells_words(self) -> str:
        b_cells = self.contrast.b_cells
        code = {1: "b_depleted", 2: "b_few", 3: "b_present"}.get(b_cells.state)
        if code is None:
            return ""
        return self.catalog.insert(code, value=self._b_value, before=self._before_words())

    def _base_figures(self) -> dict[str, str]:
        result = self._result(self.contrast.counts["wbc"])
        base, note = result.against, result.against.note
        was = next((code for bit, code in _DOUBTS if note & bit), "base_above")
        value = "" if base.value is None else result.scale.number(base.value)
        return {
            "baseline": value,
            "day": base.day or "",
            "was": self.catalog.insert(was),
            "Inside": with_capital(self._white_alone(result)),
        }

    def _white_words(self) -> str:
        """Say how the white cells stand: against a usual baseline and their interval."""
        row = self.contrast.counts.get("wbc")
        if row is None:
            return self.catalog.insert("white_missing")
        result = self._result(row)
        base = result.against
        usual = result.baseline_kind == "pre_treatment" and not base.note & DOUBTFUL
        if not usual or base.percent_change is None or result.ref_flag is None:
            return self._white_alone(result)
        if result.was_so_before:
            return self._insert(
                result,
                "white_so_before",
                base_value="" if base.value is None else result.scale.number(base.value),
            )
        if result.ref_flag != "normal":
            return self._insert(result, "white_outside", reason=self._reason(result))
        if abs(base.percent_change) <= self.catalog.figure("about_same_percent"):
            return self._insert(result, "white_same")
        is_far = result.is_fall or result.beyond_rcv == "rise"
        chance = is_far and result.analyte.id not in self.declining
        return self._insert(
            result,
            "white_changed",
            chance=self.catalog.insert("by_chance") if chance else "",
        )

    def _white_alone(self, result: ResultLine) -> str:
        """Say how the white cells stand to their interval alone."""
        if result.ref_flag is None:
            return self._insert(result, "white_open")
        if result.ref_flag == "normal":
            return self._insert(result, "white_inside_only")
        return self._insert(result, "white_outside_only", reason=self._reason(result))

    def _insert(self, result: ResultLine, code: str, **figures: str) -> str:
        change = result.against.percent_change
        common = {
            "are": self._are,
            "value": result_words(result),
            "changed": "" if change is None else changed_words(change),
            "base": base_words(result, self.catalog),
            "whose": whose_interval_words(result, self.catalog),
            "side": "below" if result.ref_flag == "low" else "above",
            "name": result.analyte.name,
        }
        return self.catalog.insert(code, **(common | figures))

    def _reason(self, result: ResultLine) -> str:
        """Name a steroid course or an infection before a high count."""
        if result.ref_flag != "high":
            return ""
        if result.after_steroid_course and result.analyte.steroid == "raises":
            return self.catalog.insert("high_after_steroid")
        return self.catalog.insert("high_after_infection") if result.after_infection else ""

    def _outside_words(self, result: ResultLine) -> list[str]:
        if result.ref_flag not in ("low", "high"):
            return []
        as_before = self._reason(result)
        if result.was_so_before:
            as_before = self.catalog.insert("as_before_treatment")
        elif result.analyte.id == "lymphocytes" and result.ctcae_v5_grade == 1:
            as_before = self.catalog.insert("in_one_of_five")
        return [self._insert(result, "other_outside", as_before=as_before)]

    def _against_words(self, result: ResultLine) -> str:
        """Name a count that fell broadly, and why it counts."""
        reasons, catalog = [], self.catalog
        if result.ref_flag == "low":
            reasons.append(self._insert(result, "below_interval"))
        if result.ctcae_v5_grade:
            reasons.append(
                catalog.insert("graded", grading=catalog.grading_name, grade=result.ctcae_v5_grade)
            )
        if result.rest_fell and result.t_nk_percent is not None:
            changed = changed_words(result.t_nk_percent)
            base = base_words(result, catalog)
            reasons.append(catalog.insert("rest_fell_beyond", changed=changed, base=base))
        elif result.is_fall:
            reasons.append(
                self._insert(result, "fell_beyond") + other_laboratory_words(result, catalog)
            )
        when = date_words(result.collected_at)
        return f"{result.analyte.name} {result_words(result)} on {when}: {', '.join(reasons)}"
