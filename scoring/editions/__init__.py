"""The shipped editions and calendars, as data."""
