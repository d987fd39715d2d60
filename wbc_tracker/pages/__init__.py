"""The report as web pages: one file each, complete without the network, for screens and for paper.

The words are those of `report`; here they get their place. Templates, style and script are files of their own
under `templates/`.
"""

from wbc_tracker.pages.patient import render_patient_page
from wbc_tracker.pages.templates import require_pages

__all__ = ["render_patient_page", "require_pages"]
