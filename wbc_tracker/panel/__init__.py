"""What is told of a clinic: one line a patient."""
