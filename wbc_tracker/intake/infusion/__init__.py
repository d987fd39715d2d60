"""The rows of an infusion list: what each names, what became of it, what it is."""
