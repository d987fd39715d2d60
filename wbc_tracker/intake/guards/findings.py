"""What the unread columns of a file are: evidence of all guards, settled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.guards import comparator, fluid, person, status
from wbc_tracker.intake.guards.evidence import Evidence
from wbc_tracker.intake.guards.looks import BIRTH
from wbc_tracker.intake.guards.place import Place, refuse_people, some
from wbc_tracker.intake.guards.titles import Sections
from wbc_tracker.intake.options import mapped
from wbc_tracker.intake.table.ledger import is_harmless_header


@dataclass(frozen=True)
class Findings:
    """What was settled of the unread columns.

    Attributes:
        fluids: columns of labels that tell the fluid of a row. remarks: columns in which a fluid is
            only told. free_texts: columns headed as remarks.
        states: columns that tell the state of a row. lenient: columns of remarks or marks in which
            a word of a state counts and nothing else does. answers: column -> the state of rows
            that say yes.
        births: columns that tell birth or sex of the row's patient.
        roles: other roles -> column that its cells prove.
        reasons: column -> its role and what showed it.
        warnings: sentences for the user.
        sections: what titles inside the table say of the rows below them.
        signs_in_marks: a `<` among the marks of the laboratory is a comparator.
        covariates: header as the user typed it -> column that is carried along; None where the
            file has none of that name.
    """

    fluids: tuple[int, ...] = ()
    remarks: tuple[int, ...] = ()
    free_texts: tuple[int, ...] = ()
    states: tuple[int, ...] = ()
    lenient: tuple[int, ...] = ()
    answers: Mapping[int, status.Answer] = field(default_factory=dict)
    births: tuple[int, ...] = ()
    roles: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    sections: Sections = field(default_factory=Sections)
    signs_in_marks: bool = False
    covariates: Mapping[str, int | None] = field(default_factory=dict)


def settle(evidence: Mapping[int, Evidence], place: Place) -> Findings:
    """Decide what the unread columns of a whole file are.

    Raises:
        AmbiguousFileError: one may tell people apart, or comparators, states or the date of a test
            that the program cannot place.
    """
    return _Settling(evidence, place).settle()


class _Settling:
    """Takes one guard after the other; what one has found is no matter of the next."""

    def __init__(self, evidence: Mapping[int, Evidence], place: Place) -> None:
        self.evidence, self.place = evidence, place
        self.reasons: dict[int, tuple[str, str]] = {}
        self.roles: dict[str, int] = {}
        self.warnings: list[str] = []

    def settle(self) -> Findings:
        asked = [index for index in self.evidence if index not in self.place.set_aside]
        states = [index for index in asked if self._tells_states(index)]
        answers = {index: state for index in asked if (state := self._answers(index))}
        for index in asked:
            self._take_comparators(index)
            self._refuse_codes(index)
            self._refuse_date(index)
        self._take_verdicts(asked)
        fluids = [i for i in asked if self._names_fluids(i) and not self._is_remark(i)]
        for index in fluids:
            self.reasons.setdefault(index, ("specimen", "its cells name another fluid"))
        births = self._births()
        self._refuse_people()
        return Findings(
            fluids=tuple(fluids),
            remarks=tuple(
                i for i in asked if self.evidence[i].fluid.is_named and self._is_remark(i)
            ),
            free_texts=tuple(
                i
                for i in asked
                if has_phrase(header_words(self._name(i)), load_columns().free_text)
            ),
            states=tuple(states),
            lenient=tuple(self._lenient(asked, states)),
            answers=answers,
            births=tuple(births),
            roles=self.roles,
            reasons=self.reasons,
            warnings=tuple(self.warnings),
        )

    def _name(self, index: int) -> str:
        return self.place.header[index]

    def _names_fluids(self, index: int) -> bool:
        told = self.evidence[index].fluid
        return told.is_named or told.has_code

    def _is_remark(self, index: int) -> bool:
        return fluid.is_free_text(self._name(index), self.evidence[index].fluid)

    def _is_free_text(self, index: int) -> bool:
        return has_phrase(header_words(self._name(index)), load_columns().free_text)

    def _tells_states(self, index: int) -> bool:
        told, name = self.evidence[index].status, self._name(index)
        if self._is_free_text(index) or not status.tells_states(name, told):
            return False
        if index in self.place.covariates and not status.speaks_against(name, told):
            return False
        self.reasons[index] = ("status", "its cells are states of results")
        return True

    def _answers(self, index: int) -> status.Answer | None:
        told, name = self.evidence[index], self._name(index)
        is_dated = told.person.looks.get(BIRTH, 0) == told.person.distinct > 0
        answer = status.answer_of_header(name, told.status, is_dated=is_dated)
        if answer and told.person.filled:
            self.reasons[index] = ("status", f"{answer.state} where it says {answer.given}")
            return answer
        return None

    def _lenient(self, asked: list[int], states: list[int]) -> list[int]:
        return [i for i in asked if self.evidence[i].status.states and i not in states]

    def _take_comparators(self, index: int) -> None:
        """Give a column of comparators its role.

        Raises:
            AmbiguousFileError: whose they are is not clear, or whether they are comparators.
        """
        told = self.evidence[index].comparator
        name, file = self._name(index), self.place.file
        if index in self.reasons or "comparator" in self.place.chosen:
            return
        if comparator.limits_header(name) and self.evidence[index].status.is_answer:
            self._refuse_limits(index, "tells which values are limits")
        if comparator.holds_signs(told):
            self._take_marks_with_signs(index)
            return
        if not comparator.are_comparators(told):
            if comparator.may_be_comparators(told) and not self._is_mark(index):
                raise AmbiguousFileError(
                    f"{file}: the column {name!r} may hold comparators or marks of the laboratory "
                    f"({some(told.weak)}).",
                    f"Say which with --map comparator={name!r} or --map abnormal_flag={name!r}.",
                    code="comparator_unclear",
                    settled_by=mapped(name, "comparator", "abnormal_flag"),
                )
            return
        taken = {**self.place.roles, **self.roles}.get("comparator")
        if self.place.is_shared or taken is not None:
            beside = (
                f"beside {self._name(taken)!r}" if taken is not None else "beside several values"
            )
            signs = some(told.proofs or told.weak)
            self._refuse_limits(
                index,
                f"holds comparators ({signs}) {beside}; it is not clear which value they belong to",
            )
        self.roles["comparator"] = index
        self.reasons[index] = ("comparator", "its cells")

    def _take_marks_with_signs(self, index: int) -> None:
        """Give a column of marks with signs among them the role of the laboratory's mark.

        Raises:
            AmbiguousFileError: another column has it, it speaks of several values, or what stands
                beside the signs is no mark.
        """
        told = self.evidence[index].comparator
        free = not self.place.is_shared and "abnormal_flag" not in {
            **self.place.roles,
            **self.roles,
        }
        if free and told.marks == told.others:
            self.roles["abnormal_flag"] = index
            self.reasons[index] = ("abnormal_flag", "its cells")
        elif not self._is_free_text(index):
            self._refuse_limits(index, f"holds comparators ({some(told.signs)}) among other texts")

    def _refuse_limits(self, index: int, what: str) -> None:
        """Refuse limits that cannot be placed.

        Raises:
            AmbiguousFileError: naming the column.
        """
        raise AmbiguousFileError(
            f"{self.place.file}: the column {self._name(index)!r} {what}.",
            "Write the comparator in front of its value, e.g. <5.",
            code="comparator_unclear",
        )

    def _is_mark(self, index: int) -> bool:
        """Tell whether marks in this column would change nothing, because others are read."""
        return is_harmless_header(self._name(index))

    def _refuse_codes(self, index: int) -> None:
        """Refuse codes that, as states, would withdraw or correct a result.

        Raises:
            AmbiguousFileError: naming the column.
        """
        name, told = self._name(index), self.evidence[index].status
        is_told = index in self.reasons or index in self.place.covariates
        if is_told or is_harmless_header(name):
            return
        if status.may_not_stand(name, told) and told.is_several:
            raise AmbiguousFileError(
                f"{self.place.file}: the column {name!r} may tell which results stand.",
                "Take out the rows that do not, and then the column.",
                code="status_unclear",
            )
        if status.may_withdraw(name, told):
            raise AmbiguousFileError(
                f"{self.place.file}: the column {name!r} may tell that results were withdrawn or "
                f"corrected ({some(told.letters).upper()}).",
                f"Say what it is with --map status={name!r} or --map abnormal_flag={name!r}.",
                code="status_unclear",
                settled_by=mapped(name, "status", "abnormal_flag"),
            )

    def _refuse_date(self, index: int) -> None:
        """Refuse a date that belongs to one test and that no value took.

        Raises:
            AmbiguousFileError: naming the column.
        """
        if self.evidence[index].is_date_of_a_test:
            name = self._name(index)
            raise AmbiguousFileError(
                f"{self.place.file}: the column {name!r} may be the date of one test.",
                "Write it right behind the test as `TEST date`, e.g. `CD19 date`.",
                code="date_unclear",
            )

    def _take_verdicts(self, asked: list[int]) -> None:
        """Give the first column of verdicts the role of the laboratory's mark where none has it."""
        for index in asked:
            told, name = self.evidence[index].status, self._name(index)
            is_told = index in self.reasons or index in self.place.covariates
            if is_told or is_harmless_header(name):
                continue
            if status.are_verdicts(told):
                free = not self.place.is_shared and "abnormal_flag" not in self.place.roles
                if free and "abnormal_flag" not in self.roles:
                    self.roles["abnormal_flag"] = index
                self.reasons[index] = ("abnormal_flag", "its cells judge values")
            elif status.is_status_header(name) and self.evidence[index].person.filled:
                self.warnings.append(
                    f"The column {name!r} tells no state that is known ("
                    f"{some(self.evidence[index].person.shown)}); it is not used."
                )
                self.reasons[index] = ("", "no state that is known")

    def _births(self) -> list[int]:
        """Return the columns that tell birth or sex, where a patient column is read."""
        if "patient_id" not in self.place.roles:
            return []
        found = []
        for index, told in self.evidence.items():
            look = person.marks_person(self._name(index), told.person, self.place.first_draw)
            if look and index not in self.reasons:
                found.append(index)
                self.reasons[index] = ("", f"{look} of the row's patient")
        return found

    def _refuse_people(self) -> None:
        """Refuse a column that may name several people where no patient is read.

        Raises:
            AmbiguousFileError: naming the column, what it looks like and what settles it.
        """
        if "patient_id" in self.place.roles or self.place.is_named:
            return
        known = {*self.reasons, *self.place.by_profile}
        told = {i: each.person for i, each in self.evidence.items() if i not in known}
        refuse_people(self.place, told)
