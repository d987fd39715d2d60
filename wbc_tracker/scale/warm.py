"""What every worker needs, loaded once by the process from which they are made.

Nothing of it goes away again: the collector need not look at it, neither while it is loaded nor in
the workers, where a look would copy the memory that they share.
"""

import gc

gc.disable()

from wbc_tracker.catalog import load_catalog  # noqa: E402
from wbc_tracker.catalog.columns import load_columns  # noqa: E402
from wbc_tracker.catalog.naming import name_table  # noqa: E402
from wbc_tracker.scale import partition, sinks  # noqa: E402

catalog = load_catalog()
_ = catalog.words, catalog.lists, load_columns(), name_table(catalog), partition, sinks
gc.freeze()
gc.enable()
