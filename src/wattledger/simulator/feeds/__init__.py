"""What flows through the pretend meters: a model of a home, measured series, plain curves."""
