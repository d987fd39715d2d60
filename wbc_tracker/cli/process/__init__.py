"""What the system gives a process: its streams, and the signals that end it."""
