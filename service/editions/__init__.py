"""Editions in the database and the pointer to what is in force."""
