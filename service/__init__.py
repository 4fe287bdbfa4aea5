"""Everything that touches the world: database, queue, HTTP, files, clock."""
