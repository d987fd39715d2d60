"""Commands on large files: shared among workers, told as if one process had read them."""
