"""A day of a province in ten minutes, through the service's own processes."""
