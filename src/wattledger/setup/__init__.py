"""Setup: from nothing to a settings file, by a terminal's questions or a phone's page."""
