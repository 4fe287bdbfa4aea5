"""What one piece of evidence looks like on its way in: shapes, checker, canonical body."""
