"""machine_code."""
