"""What is asked before an entry by hand is taken: a value in another unit, another drug that is not named."""

from __future__ import annotations


def test_a_value_a_units_step_away_is_questioned(wbc):
    wbc("result", "add", "2024-01-02", "Hb=127 g/L")
    doubted = wbc("result", "add", "2024-03-02", "Hb=12.7 g/L")
    assert doubted.code == 2
    assert "hemoglobin 12.7 g/L: the value before, of 2024-01-02, was 127; two units look like this." in doubted.err
    assert len(wbc("result", "list").lines) == 1
    assert wbc("result", "add", "2024-03-02", "Hb=12.7 g/L", "--yes").code == 0
    assert len(wbc("result", "list").lines) == 2


def test_other_values_are_not(wbc):
    wbc("result", "add", "2024-01-02", "Hb=127 g/L", "WBC=6.1 K/uL")
    # 0.126 of the value before is more than a quarter away from a tenth; white cells may fall tenfold
    assert wbc("result", "add", "2024-03-02", "Hb=16.0 g/L", "WBC=0.61 K/uL").code == 0


def test_another_drug_without_a_name_is_questioned(wbc):
    done = wbc("event", "add", "2024-03-02", "other_drug", "--note", "tablets")
    assert done.code == 2
    assert "Which drug?" in done.err
    assert wbc("event", "add", "2024-03-02", "other_drug", "--note", "Tysabri 300 mg").code == 0
    assert wbc("event", "add", "2024-03-03", "other_drug", "--note", "tablets", "--yes").code == 0
