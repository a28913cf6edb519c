"""The drivers: one module, one constant `DRIVER`; see `docs/adding/driver.md`."""
