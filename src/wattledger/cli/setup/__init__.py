"""`setup`: from nothing to a settings file, by questions or by options."""
