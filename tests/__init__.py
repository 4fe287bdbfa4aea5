"""What the system must do, shown by running it."""
