"""Migrations of the tables, applied at start under a lock."""
