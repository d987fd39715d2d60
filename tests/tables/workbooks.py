"""Small XLSX workbooks, written part by part, so that a test can say exactly what stands in a cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

#: Number formats by their place: how a cell asks for one (`style=DATE`).
GENERAL, DATE, DATE_TIME, TIME, HOURS, PERCENT, PERCENT_CUSTOM, QUOTED_PERCENT = range(8)
_FORMATS = (0, 14, 22, 20, 46, 10, 164, 165)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0\\ %"/>'
    '<numFmt numFmtId="165" formatCode="0.0&quot; %&quot;"/></numFmts>'
    "<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs>"
    + "".join(f'<xf numFmtId="{number}"/>' for number in _FORMATS)
    + "</cellXfs></styleSheet>"
)


def text(place: str, words: str) -> str:
    """Return a cell of text."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'


def number(place: str, digits: str, style: int = GENERAL, formula: str = "") -> str:
    """Return a cell of a number, as its digits stand in the file."""
    return f'<c r="{place}" s="{style}">{f"<f>{escape(formula)}</f>" if formula else ""}<v>{digits}</v></c>'


def typed(place: str, kind: str, value: str) -> str:
    """Return a cell of another type: `b` truth, `e` error, `str` the text of a formula, `d` an ISO date."""
    return f'<c r="{place}" t="{kind}"><v>{escape(value)}</v></c>'


def rows(*lines: str, first: int = 1) -> str:
    """Return rows of cells that already name their places."""
    return "".join(f'<row r="{line_no}">{cells}</row>' for line_no, cells in enumerate(lines, start=first))


def table(*lines: str, first: int = 1) -> str:
    """Return rows of text cells: `table("Date,WBC", "2025-03-01,5.7")`."""
    return rows(
        *("".join(text(f"{chr(65 + i)}{n}", word) for i, word in enumerate(line.split(",")) if word)
          for n, line in enumerate(lines, start=first)),
        first=first,
    )  # fmt: skip


def parts(sheets: Mapping[str, str], states: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the parts of a workbook: sheet name -> its rows; `states` hides sheets."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"'
        + (f' state="{states[name]}"' if states and name in states else "") + "/>"
        for n, name in enumerate(sheets, start=1)
    )  # fmt: skip
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in enumerate(sheets, start=1)
    )
    links += f'<Relationship Id="rId99" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in enumerate(sheets, start=1)
    )
    book = (
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{book}{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": _STYLES,
        **{
            f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
            for n, body in enumerate(sheets.values(), start=1)
        },
    }


def zipped(contents: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive of these parts."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return raw.getvalue()


def workbook(*lines: str, **sheets: str) -> bytes:
    """Return a workbook of one sheet `Labs` with these rows, or of the sheets named."""
    return zipped(parts(sheets or {"Labs": "".join(lines)}))
