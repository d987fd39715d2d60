"""A store is shared by several programs: patience with them, and wiping in their presence."""
