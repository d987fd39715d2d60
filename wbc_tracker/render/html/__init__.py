"""The report as web pages, complete without the network, for screens and for paper.

One patient's page is one file. The panel of many patients is one file, or a folder with a page
each; the pages of a folder share what draws their charts. The words are those of `report`; here
they get their place. Templates, style and script are files of their own under `files/`.
"""

from wbc_tracker.render.html.called import is_names_script, names_script
from wbc_tracker.render.html.folder import FolderOptions, patient_pages
from wbc_tracker.render.html.made_of import digest_patients
from wbc_tracker.render.html.names import BUNDLE, INDEX, NAMES, page_names
from wbc_tracker.render.html.panel import render_panel_page
from wbc_tracker.render.html.patient import render_patient_page
from wbc_tracker.render.html.seals import is_kept, remove_pages, seal
from wbc_tracker.render.html.templates import require_pages

__all__ = [
    "BUNDLE",
    "INDEX",
    "NAMES",
    "FolderOptions",
    "digest_patients",
    "is_kept",
    "is_names_script",
    "names_script",
    "page_names",
    "patient_pages",
    "remove_pages",
    "render_panel_page",
    "render_patient_page",
    "require_pages",
    "seal",
]
