"""Lab files in every accepted form, clean and damaged, and what each of them says."""
