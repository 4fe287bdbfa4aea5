"""What every room stands on and that knows no room: database, outbox, marks, audit, problems."""
