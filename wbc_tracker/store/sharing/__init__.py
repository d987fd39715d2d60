"""A store is shared by several programs: patience with them."""
