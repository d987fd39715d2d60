"""The small tables of the annotation's and the report's tests serve here too."""

import sys
from pathlib import Path

for folder in ("annotation", "report"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
