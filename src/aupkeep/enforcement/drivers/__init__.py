"""The drivers: one module, one constant `DRIVER`; `docs/adding/driver.md` tells how."""
