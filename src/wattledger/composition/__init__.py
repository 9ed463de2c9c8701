"""Joins: makes the objects, owns their tasks, and closes them in reverse."""
