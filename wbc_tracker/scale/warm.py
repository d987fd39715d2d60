"""What every worker needs, loaded once by the process from which they are made."""

from wbc_tracker.catalog import load_catalog
from wbc_tracker.scale import partition

_ = load_catalog().words, partition
