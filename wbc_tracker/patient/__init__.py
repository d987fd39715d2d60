"""What is told of one patient: what is said (model), how it is found (build), the sentences."""
